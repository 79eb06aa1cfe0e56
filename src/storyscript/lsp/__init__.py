"""The language server: stories of an editor, over the Language Server Protocol."""
