"""How much of a prompt the model's text encoder reads: what a panel's prompt is, and how its tokens are counted."""
