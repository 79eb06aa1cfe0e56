"""From source text to a tree. Total: any text gives a tree, and nothing is judged here."""
