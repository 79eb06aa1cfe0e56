"""What a compiled story is written as: one module for each target."""
