"""Text and ink on a picture: what fits where, and how it is put there.

Knows pixels and text, and nothing of stories, frames or pages; pure but for the pictures that it is given to
draw on.
"""

from __future__ import annotations

from storyscript.drawing.clusters import clusters, collapse
from storyscript.drawing.fitting import Block, balanced, fit
from storyscript.drawing.fonts import Face, Glyph, face
from storyscript.drawing.ink import RGB, Box, put_block, put_text, rounded_box, text_box
from storyscript.drawing.wrapping import wrap

__all__ = [
    "RGB",
    "Block",
    "Box",
    "Face",
    "Glyph",
    "balanced",
    "clusters",
    "collapse",
    "face",
    "fit",
    "put_block",
    "put_text",
    "rounded_box",
    "text_box",
    "wrap",
]
