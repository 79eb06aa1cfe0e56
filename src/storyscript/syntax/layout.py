"""The canonical layout of a story, as edits where its text differs from it.

What the parser made of the text is gone through line by line, so that a line stays what it is: what stands between
the nodes of the tree is white space, and set anew; in a node only the white space of a text, and the case of words
that the language reads in any case, are changed. Whatever holds a character that no story may hold stays as it is.

Most lines of most stories are canonical. They are passed by with a few looks, and cost a fraction of their parse.
Source: the page on formatting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from storyscript.syntax import nodes
from storyscript.syntax.spacing import HEAD, RIGHT, Gap, Gaps, first_gap, last_gap, no_gap
from storyscript.syntax.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.syntax.spacing import Edit

_BLOCK: Final = "  "
_DEEPER: Final = "    "
_INDENTATION: Final[dict[type[nodes.Line], str]] = {
    nodes.Setting: "",
    nodes.Section: "",
    nodes.Include: "",
    nodes.Let: "",
    nodes.Character: "",
    nodes.Scene: "",
    nodes.Event: "",
    nodes.BadHead: "",
    nodes.Bad: "",
    nodes.Prose: _BLOCK,
    nodes.Property: _BLOCK,
    nodes.Continuation: _DEEPER,
}
"""What stands before a line, by the class of its node."""


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


def apply_edits(text: str, made: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """A text with edits made in it, given in the order of the text; of a part of it, if its start and end are given."""
    parts: list[str] = []
    at = start
    for begin, stop, new in made:
        parts += (text[at:begin], new)
        at = stop
    parts.append(text[at:end])
    return "".join(parts)


class _Layout:
    """Goes through a text once, from node to node, and notes what is to be changed."""

    def __init__(self, text: str, tree: nodes.Tree) -> None:
        self._text: Final = text
        self._items: Final = tree.items
        self._comments: Final = tree.comments
        self._comment = 0  # the number of the next comment
        self._made: Final[list[Edit]] = []
        self._wording: Final = Wording(self._made)
        self._gaps: Final = {indent: Gaps(indent) for indent in ("", _BLOCK, _DEEPER)}

    def edits(self) -> list[Edit]:  # noqa: C901, PLR0912 - one loop, flat for speed
        """All edits."""
        text, made = self._text, self._made
        append, set_text, setters = made.append, self._wording.set_text, self._wording.setters
        gaps = {kind: self._gaps[indent] for kind, indent in _INDENTATION.items()}
        comments = [*(comment.start for comment in self._comments), len(text) + 1]
        comment = comments[0]  # where the next one begins
        at = 0  # where the text of the line before ends; 0 for no line
        above: nodes.Item | None = None  # what that line is a part of
        for item in self._items:
            leaves = _leaves(item)
            first = len(made)  # the number of this item's first edit
            settled = True  # whether all its lines come to stand where they belong
            continued = None  # the first line that deeper ones continue
            for leaf in leaves:
                kind, start = leaf.__class__, leaf.start
                if comment < start:
                    at = self._set_comments(at, start, gaps[kind].indent or _indentation_in(above))
                    comment = comments[self._comment]
                gap = gaps[kind][text[at:start]] if at else self._gap(at, start, gaps[kind].indent)
                if gap is not RIGHT:
                    for begin, stop, new in gap.edits:
                        append((at + begin, at + stop, new))
                    settled = settled and gap.settled
                line = text[start : leaf.end]
                if line[-1] in " \t\r":
                    trimmed = line.rstrip(" \t")  # here, since a call for each line would show
                    line = trimmed if trimmed[-1] != "\r" else _trimmed(line, text[leaf.end : leaf.end + 1])
                at, above = start + len(line), item
                if kind is nodes.Prose or kind is nodes.Continuation:
                    if "  " in line or "\t" in line:
                        set_text(line, start)
                else:
                    if continued is None and kind is nodes.Property and leaf.word in nodes.CONTINUED_WORDS:
                        continued = leaf
                    setter = setters.get(kind)
                    if setter is not None:
                        setter(leaf, line)
            if continued is not None and len(made) > first:
                if not settled:
                    self._drop(leaves, first)
                elif continued is not leaves[-1]:
                    self._tie(leaves, first, continued.start)
        self._set_ending(self._set_comments(at, len(text) + 1, _indentation_in(above)))
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
            at = start + len(_trimmed(text[start : comment.end], text[comment.end : comment.end + 1]))
        return at

    def _gap(self, at: int, start: int, indent: str) -> Gap:
        """What is to be changed between the texts of two lines.

        Args:
            at: where the one ends; 0 for the beginning of the file.
            start: where the other begins.
            indent: what is to stand before that.
        """
        written = self._text[at:start]
        return self._gaps[indent][written] if at else first_gap(written, indent, self._text[start : start + HEAD])

    def _set_ending(self, at: int) -> None:
        """Set what stands behind the last text, which ends at an offset; at 0 there is none."""
        text = self._text
        ending = last_gap(text[at:], _line_end(text)) if at else no_gap(text)
        self._made.extend((at + begin, at + stop, new) for begin, stop, new in ending)

    # ---- of a block in which the indentation decides what a line is ---------------------------------------------

    def _tie(self, leaves: list[nodes.Line], since: int, start: int) -> None:
        """Make one edit of those that give a line that may be continued, or one below it, another indentation.

        Those above may move alone, for there is nothing that they could come to continue.

        Args:
            leaves: the lines of the block.
            since: the number of its first edit.
            start: where the line that may be continued begins.
        """
        made, moving = self._made, self._moving([leaf for leaf in leaves if leaf.start >= start], since)
        if len(moving) > 1:
            tied = slice(moving[0], moving[-1] + 1)
            start, end = made[moving[0]][0], made[moving[-1]][1]
            made[tied] = [(start, end, apply_edits(self._text, made[tied], start, end))]

    def _drop(self, leaves: list[nodes.Line], since: int) -> None:
        """Leave all lines of a block where they stand, since not all can come to stand where they belong."""
        made, dropped = self._made, set(self._moving(leaves, since))
        made[since:] = [made[number] for number in range(since, len(made)) if number not in dropped]

    def _moving(self, leaves: list[nodes.Line], since: int) -> list[int]:
        """Which edits give lines another indentation: those that put something right before one."""
        made, starts = self._made, {leaf.start for leaf in leaves}
        return [number for number in range(since, len(made)) if made[number][1] in starts and made[number][2]]


def _indentation_in(item: nodes.Item | None) -> str:
    """The indentation of a comment that stands behind a line of an item."""
    return _BLOCK if isinstance(item, nodes.Block) else ""


def _leaves(item: nodes.Item) -> list[Any]:
    """The lines of an item that are its own."""
    if not isinstance(item, nodes.Block):
        return [item]
    leaves: list[nodes.Line] = [] if item.__class__ is nodes.Stray else [item]
    for line in item.lines:
        leaves.append(line)
        if line.__class__ is nodes.Property and line.lines:
            leaves += line.lines
    return leaves


def _trimmed(line: str, behind: str) -> str:
    """A line without what is to be trimmed and without its line end.

    Args:
        line: it, up to its line feed or comment.
        behind: the character behind it; empty at the end of the file.
    """
    if line[-1] == "\r" and behind == "\n":
        line = line[:-1]
    trimmed = line.rstrip(" \t")
    # A stray carriage return must not come to stand before a line feed.
    return trimmed if trimmed[-1] != "\r" else line


def _line_end(text: str) -> str:
    """What is to end a last line that has no end: what ends the first."""
    if text[-1] == "\r":
        return ""  # with a line feed behind it, it would no longer be the stray one that is reported
    return "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
