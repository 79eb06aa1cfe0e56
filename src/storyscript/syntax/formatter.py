"""The formatter: a story's text in its canonical layout.

Source: the page on formatting.
"""

from __future__ import annotations

from typing import Final

from storyscript.source import MAX_SOURCE_BYTES, SourceFile
from storyscript.syntax.layout import apply_edits, edits
from storyscript.syntax.parser import parse
from storyscript.syntax.spacing import MISREAD, Edit

_BOM: Final = "\ufeff"

__all__ = ["Edit", "apply_edits", "edits", "format", "format_source", "format_text"]


def format_text(text: str) -> str:
    """Lay a story out in its canonical form; what it means, and what is wrong with it, stays.

    Never fails. The result compiles to the same payloads with the same problems, and formatted again it is the same.
    Line ends stay LF or CRLF, each as it is, and a byte order mark stays.

    Args:
        text: the story; one that is too large to compile comes back as it is.
    """
    mark = _BOM if text.startswith(_BOM) else ""
    source = SourceFile.from_text("<string>", text)
    return text if source.too_large else mark + format_source(source)


format = format_text  # noqa: A001 - what the library calls it


def format_source(source: SourceFile) -> str:
    """The canonical form of a file's `text`; the same text where nothing is to be changed.

    A file that cannot be read as text (`too_large`, `utf16`) has none, and its text is empty before and after.
    """
    text = source.text
    result = apply_edits(text, edits(text, parse(source.readable)))
    if MISREAD.match(result) and not MISREAD.match(text):
        return text
    if len(result) > len(text) and 4 * len(result) > MAX_SOURCE_BYTES:
        # Wider indentation must not make a file too large to be read.
        size = len(result.encode("utf-8", "surrogatepass")) + len(_BOM.encode())
        return text if size > MAX_SOURCE_BYTES else result
    return result
