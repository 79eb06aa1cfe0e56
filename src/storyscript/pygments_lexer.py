"""Colours for stories in whatever Pygments prints: pages, terminals, notebooks."""
