"""Where storyscript's own settings and credentials come from."""
