"""The white space between the texts of two lines: how the first ends, blank lines, the second one's indentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

Edit = tuple[int, int, str]
"""Start and end (exclusive) of what is replaced, and what is put there."""

_BYTE: Final = "[\x01-\x7f\udc80-\udcff]"
HEAD: Final = 4
"""Characters at a file's beginning by which it may be taken for something else."""
MISREAD: Final = re.compile(f"\ufeff|\udcff\udcfe|\udcfe\udcff|{_BYTE}\0{_BYTE}\0|\0{_BYTE}\0[^\0]")
"""A beginning by which a file is not read as the text that it is: a mark of UTF-8 or UTF-16, or what looks so."""
_SHORT: Final = 80
"""White space between lines that is longer is not likely to come again."""
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be changed between the texts of two lines.

    Attributes:
        edits: offsets count from the end of the first.
        settled: the second line then stands where it belongs; it does not where a control character indents it.
    """

    edits: list[Edit]
    settled: bool


RIGHT: Final = Gap([], settled=True)


class Gaps(dict[str, Gap]):
    """What is to be changed before lines of one indentation, by what is written between them and the lines before.

    Attributes:
        indent: the indentation.
    """

    def __init__(self, indent: str) -> None:
        super().__init__({f"{end}{more}{indent}": RIGHT for end in ("\n", "\r\n") for more in ("", end)})
        self.indent: Final = indent

    def __missing__(self, written: str) -> Gap:
        """What is written is looked at once, for the same few gaps are wrong all over a story."""
        gap = gap_between(written, self.indent)
        if len(written) <= _SHORT:
            self[written] = gap
        return gap


def first_gap(written: str, indent: str, text: str) -> Gap:
    """What is to be changed before the first line's text.

    Args:
        written: all that stands before it.
        indent: what is to stand before it.
        text: how it begins.
    """
    line = written.rfind("\n") + 1
    found = [] if MISREAD.match(written[line:] + text) else _without(written, 0, line)
    return _with_indentation(found, written, line, indent)


def gap_between(written: str, indent: str) -> Gap:
    """What is to be changed between the texts of two lines.

    Args:
        written: the white space between them, with at least one line end.
        indent: what is to stand before the second.
    """
    behind, line = written.index("\n") + 1, written.rindex("\n") + 1
    found = _trimmed(written, behind)
    if behind < line:  # of several blank lines, the last line end is left
        kept = line - 2 if written.endswith("\r\n", behind, line) else line - 1
        found += _without(written, behind, kept)
    return _with_indentation(found, written, line, indent)


def last_gap(written: str, line_end: str) -> list[Edit]:
    """What is to be changed behind the last line's text; offsets count from the end of that.

    Args:
        written: all that stands behind it.
        line_end: what is to end it where nothing does.
    """
    behind = written.find("\n") + 1
    if not behind:
        return [(0, len(written), line_end)] if written != line_end else []
    return [*_trimmed(written, behind), *_without(written, behind, len(written))]


def no_gap(written: str) -> list[Edit]:
    """What is to be changed in a file without a line."""
    return _without(written, 0, len(written))


def _trimmed(written: str, behind: int) -> list[Edit]:
    """White space before a line end goes; `behind` is where that ends."""
    stop = behind - 2 if written[:behind].endswith("\r\n") else behind - 1
    return [(0, stop, "")] if stop and not written[:stop].strip(" \t") else []


def _without(written: str, start: int, end: int) -> list[Edit]:
    """Lines of white space of any kind go; not those with control characters, which are reported, and stay."""
    plain = written[start:end].replace("\r\n", "\n")
    return [(start, end, "")] if plain.isspace() and not CONTROL.search(plain) else []


def _with_indentation(found: list[Edit], written: str, line: int, indent: str) -> Gap:
    now = written[line:]
    if now == indent:
        return Gap(found, settled=True)
    if now.strip(" \t"):
        return Gap(found, settled=False)
    return Gap([*found, (line, len(written), indent)], settled=True)
