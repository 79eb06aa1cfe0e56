"""The canonical layout of a story, as edits where its text differs from it.

What the parser made of the text is gone through line by line, so that a line stays what it is: what stands between
the nodes of the tree is white space, and set anew; in a node only the white space of a text, and the case of words
that the language reads in any case, are changed. Whatever holds a character that no story may hold stays as it is.

Most lines of most stories are canonical. They are passed by with a few looks, and cost a fraction of their parse.
Source: the page on formatting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.syntax import nodes
from storyscript.syntax.spacing import HEAD, RIGHT, Gap, first_gap, gap_between, last_gap, no_gap
from storyscript.syntax.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyscript.syntax.spacing import Edit

_BLOCK: Final = "  "
_DEEPER: Final = "    "
_SHORT: Final = 80
"""White space between lines that is longer is not likely to come again."""


def edits(text: str, tree: nodes.Tree) -> list[Edit]:
    """What has to be changed in a text to make it canonical.

    Each of the edits may be made or left out, whatever becomes of the others: what only goes together, such as the
    new indentation of a caption and of the lines that continue it, is one edit.

    Args:
        text: `SourceFile.text`.
        tree: what `SourceFile.readable` parses to.

    Returns:
        In the order of the text; none overlaps another, and none replaces a text by itself.
    """
    return _Layout(text, tree).edits()


def apply_edits(text: str, made: Iterable[Edit]) -> str:
    """A text with edits made in it, given in the order of the text."""
    parts: list[str] = []
    at = 0
    for start, end, new in made:
        parts += (text[at:start], new)
        at = end
    if not parts:
        return text
    parts.append(text[at:])
    return "".join(parts)


class _Layout:
    """Goes through a text once, from node to node, and notes what is to be changed."""

    def __init__(self, text: str, tree: nodes.Tree) -> None:
        self._text: Final = text
        self._items: Final = tree.items
        self._comments: Final = tree.comments
        self._comment = 0  # the number of the next comment
        self._made: Final[list[Edit]] = []
        self._wording: Final = Wording(text, self._made)
        self._gaps: Final = {
            indent: {f"{end}{more}{indent}": RIGHT for end in ("\n", "\r\n") for more in ("", end)}
            for indent in ("", _BLOCK, _DEEPER)
        }  # by the indentation that is wanted, and what is written

    def edits(self) -> list[Edit]:  # noqa: C901, PLR0912 - one loop, flat for speed
        """All edits."""
        text, made, gaps = self._text, self._made, self._gaps
        find, append = text.find, made.append
        set_text, setters = self._wording.set_text, self._wording.setters
        tabs = "\t" in text
        comments = [*(comment.start for comment in self._comments), len(text) + 1]
        at = 0  # where the text of the line before ends; 0 for no line
        in_block = False
        for item in self._items:
            indented: list[int] = []  # which edits give a line of this item another indentation
            settled, continued = True, False
            for leaf, indent in _leaves(item):
                start, end = leaf.start, leaf.end
                if comments[self._comment] < start:
                    at = self._set_comments(at, start, indent or (_BLOCK if in_block else ""))
                gap = (at and gaps[indent].get(text[at:start])) or self._gap(at, start, indent)
                if gap is not RIGHT:
                    for begin, stop, new in gap.edits:
                        append((at + begin, at + stop, new))
                    if gap.indents:
                        indented.append(len(made) - 1)
                    settled = settled and gap.settled
                if text[end - 1] in " \t\r":
                    plain = text[end - 2 : end + 1].endswith("\r\n") and text[end - 2] not in " \t\r"
                    end = end - 1 if plain else self._text_end(start, end)
                if leaf.__class__ is nodes.Prose or leaf.__class__ is nodes.Continuation:
                    if find("  ", start, end) >= 0 or (tabs and find("\t", start, end) >= 0):
                        set_text(start, end)
                else:
                    if isinstance(leaf, nodes.Property) and leaf.word in nodes.CONTINUED_WORDS:
                        continued = True
                    setter = setters.get(leaf.type)
                    if setter is not None:
                        setter(leaf, start, end)
                at = end
                in_block = True
            in_block = isinstance(item, nodes.Block)
            if indented and continued:
                self._tie(indented, settled=settled)
        at = self._set_comments(at, len(text) + 1, _BLOCK if in_block else "")
        ending = last_gap(text[at:], _line_end(text)) if at else no_gap(text)
        made += [(at + begin, at + stop, new) for begin, stop, new in ending]
        return made

    # ---- between the lines -----------------------------------------------------------------------------------

    def _set_comments(self, at: int, until: int, indent: str) -> int:
        """Set the comments before an offset; gives where the last one's text ends.

        Args:
            at: where the text before ends; 0 for none.
            until: the offset.
            indent: for a comment on its own that is indented at all.
        """
        text, made = self._text, self._made
        while self._comment < len(self._comments) and self._comments[self._comment].start < until:
            comment = self._comments[self._comment]
            self._comment += 1
            start = comment.start
            own = indent if comment.alone and text[start - 1 : start] not in ("", "\n") else ""
            if comment.alone:
                gap = self._gap(at, start, own)
                made += [(at + begin, at + stop, new) for begin, stop, new in gap.edits]
            elif text[at:start] != " " and not text[at:start].strip(" \t"):
                made.append((at, start, " "))
            at = self._text_end(start, comment.end)
        return at

    def _gap(self, at: int, start: int, indent: str) -> Gap:
        """What is to be changed between the texts of two lines.

        Args:
            at: where the one ends; 0 for the beginning of the file.
            start: where the other begins.
            indent: what is to stand before that.
        """
        written = self._text[at:start]
        if not at:
            return first_gap(written, indent, self._text[start : start + HEAD])
        gap = self._gaps[indent].get(written)
        if gap is None:
            gap = gap_between(written, indent)
            if len(written) <= _SHORT:
                self._gaps[indent][written] = gap  # the same few are wrong all over a story
        return gap

    def _text_end(self, start: int, end: int) -> int:
        """Where the text of a line ends, without what is to be trimmed and without its line end."""
        text = self._text
        if text[end - 1] == "\r" and text.startswith("\n", end):
            end -= 1
        stop = start + len(text[start:end].rstrip(" \t"))
        # A stray carriage return must not come to stand before a line feed.
        return end if text[stop - 1] == "\r" else stop

    def _tie(self, indented: list[int], *, settled: bool) -> None:
        """Make one edit of those that change the indentation of a block in which that decides what a line is.

        Args:
            indented: their numbers.
            settled: all lines come to stand where they belong; else none of them may move.
        """
        made, first, last = self._made, indented[0], indented[-1]
        if not settled:
            dropped = set(indented)
            made[first:] = [edit for number, edit in enumerate(made[first:], first) if number not in dropped]
            return
        start, end = made[first][0], made[last][1]
        tied = [(a - start, b - start, new) for a, b, new in made[first : last + 1]]
        made[first : last + 1] = [(start, end, apply_edits(self._text[start:end], tied))]


def _leaves(item: nodes.Item) -> Iterator[tuple[nodes.Line, str]]:
    """The lines of an item that are its own, each with its indentation."""
    if item.__class__ is not nodes.Stray:
        yield item, ""
    if isinstance(item, nodes.Block):
        for line in item.lines:
            if line.__class__ is nodes.Prose:
                yield line, _BLOCK
            elif isinstance(line, nodes.Property):
                yield line, _BLOCK
                for more in line.lines:
                    yield more, _DEEPER
            else:
                yield line, ""


def _line_end(text: str) -> str:
    """What is to end a last line that has no end: what ends the first."""
    if text[-1] == "\r":
        return ""  # with a line feed behind it, it would no longer be the stray one that is reported
    return "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
