"""Completion in shells: what may stand where, from the parsers, and a script of it for each shell."""
