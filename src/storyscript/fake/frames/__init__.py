"""The pictures that the fake service returns: placeholders that can be read as a storyboard."""

from __future__ import annotations

from storyscript.fake.frames.frame import Frame, draw_frame

__all__ = ["Frame", "draw_frame"]
