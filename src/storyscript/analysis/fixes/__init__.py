"""What would mend a problem: edits that a careful writer accepts unseen, and such as one may choose.

Loaded only where something is wrong.
One file for each family of problems makes the edits, from where the problem is; `proof` keeps those that only mend.
Source: language page, "Fixes".
"""
