"""Where a problem is, and how to change the text there."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.diagnostics.model import Edit, Fix
from storyscript.syntax import nodes
from storyscript.syntax.lexer import TAB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.analysis.files import File
    from storyscript.analysis.story import StoryText
    from storyscript.diagnostics.ignores import Ignores
    from storyscript.diagnostics.model import Problem

_INDENTATION: Final = "  "
_WIDTHS: Final = {"\t": TAB, "\u3000": 2}
"""How many columns spaces take that take more than one."""
_BLANK: Final = " \t"
_SUGGESTION: Final = re.compile(r"did you mean `([^`]+)`\?")


class Entry(NamedTuple):
    """A line of a file.

    Attributes:
        node: what it is.
        block: the block that it stands in; of a head or another statement, None.
        owner: of a line that continues a property, that property.
    """

    node: nodes.Line
    block: nodes.Block | None = None
    owner: nodes.Property | None = None


class Layout:
    """The lines of a file, to be looked up.

    Attributes:
        file: which.
        text: the text that its offsets count in, with spaces for control characters.
    """

    def __init__(self, file: File) -> None:
        self.file: Final = file
        self.text: Final = file.source.readable

    @cached_property
    def entries(self) -> list[Entry]:
        """Every statement and every line of a block, in the order of the text."""
        return list(self._entries())

    def _entries(self) -> Iterator[Entry]:
        for item in self.file.tree.items:
            if not isinstance(item, nodes.Stray):  # it begins where its first line does
                yield Entry(item)
            if not isinstance(item, nodes.Block):
                continue
            for line in item.lines:
                yield Entry(line, item)
                if isinstance(line, nodes.Property):
                    for more in line.lines:
                        yield Entry(more, item, line)

    @cached_property
    def _starts(self) -> list[int]:
        return [entry.node.start for entry in self.entries]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(item): number for number, item in enumerate(self.file.tree.items)}

    def index(self, offset: int) -> int:
        """The number of the entry that an offset lies in."""
        return bisect_right(self._starts, offset) - 1

    def before(self, item: nodes.Line) -> nodes.Item | None:
        """The statement before another one."""
        number = self._numbers[id(item)]
        return self.file.tree.items[number - 1] if number else None

    @cached_property
    def line_end(self) -> str:
        """How the file ends its lines."""
        return "\r\n" if re.match(r"[^\n]*\r\n", self.file.source.text) else "\n"

    def line(self, offset: int) -> tuple[int, int]:
        """Start and end of the line of an offset, without its line feed."""
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, len(self.text) if end < 0 else end

    def whole_line(self, offset: int) -> tuple[int, int]:
        """Start and end of the line of an offset, with its line feed."""
        start, end = self.line(offset)
        return start, min(end + 1, len(self.text))

    def indentation(self, offset: int) -> str:
        """The white space that the line of an offset begins with."""
        start, end = self.line(offset)
        line = self.text[start:end]
        return line[: len(line) - len(line.lstrip(_BLANK))]

    def indentation_of(self, block: nodes.Block) -> str:
        """How the lines of a block are indented; the first may belong to a property above it that is not."""
        lines = [self.indentation(line.start) for line in block.lines if not isinstance(line, nodes.Setting)]
        return min(lines, key=lambda white: len(white.expandtabs(TAB)), default=_INDENTATION)

    def continuation_of(self, owner: nodes.Property) -> str:
        """How a line that continues a property is indented."""
        return self.indentation(owner.lines[-1].start) if owner.lines else self.deeper(self.indentation(owner.start))

    def indentation_like(self, white: str, block: nodes.Block) -> str:
        """How a line behind a block is to be indented.

        Args:
            white: other kinds of space that it begins with; deeper than a property that it may continue, it does.
            block: which.
        """
        owner = continued_by(block)
        if owner is not None:
            above = self.indentation(owner.start)
            if sum(_WIDTHS.get(space, 1) for space in white) > len(above.expandtabs(TAB)):
                return self.continuation_of(owner)
        return self.indentation_of(block)

    def is_next(self, offset: int, other: int) -> bool:
        """Whether the line of another offset is directly below."""
        return self.whole_line(offset)[1] == self.line(other)[0]

    def stands_apart(self, block: nodes.Block) -> bool:
        """Whether blank lines, comments or the file's ends are above and below a block."""
        last = self.whole_line(block.lines[-1].end if block.lines else block.start)[1]
        first = self.line(block.start)[0]
        return all(
            not line.strip() or line.lstrip(_BLANK).startswith("//")
            for line in (
                self.text[slice(*self.line(max(first - 1, 0)))] if first else "",
                self.text[slice(*self.line(last))],
            )
        )

    def deeper(self, indentation: str) -> str:
        """Indentation that goes further than another."""
        return indentation + ("\t" if indentation.strip("\t") == "" and indentation else _INDENTATION)

    def is_deeper(self, offset: int, other: int) -> bool:
        """Whether the line of an offset is indented deeper than that of another one."""
        one, two = self.indentation(offset), self.indentation(other)
        return len(one.expandtabs(TAB)) > len(two.expandtabs(TAB))

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment stands in a stretch."""
        return any(start <= comment.start < end for comment in self.file.tree.comments)


def continued_by(block: nodes.Block) -> nodes.Property | None:
    """The property at the end of a block that a deeper line below would continue."""
    last = block.lines[-1] if block.lines else None
    return last if isinstance(last, nodes.Property) and last.word in nodes.CONTINUED_WORDS else None


class Place:
    """A problem, with what a fix for it is made from.

    Attributes:
        problem: which.
        story: the whole story, analysed.
        layout: the file that the problem is in.
        text: as in `Layout`.
        start, end: where the problem is.
        node, block: the line that it is in, as in `Entry`.
        errors: of the whole story.
    """

    def __init__(
        self,
        problem: Problem,
        story: StoryText,
        layout: Layout,
        ignores: Ignores | None,
        errors: Sequence[Problem],
    ) -> None:
        self.problem: Final = problem
        self.story: Final = story
        self.layout: Final = layout
        self.ignores: Final = ignores
        self.errors: Final = errors
        self.text: Final = layout.text
        self.start: Final = problem.span.start
        self.end: Final = problem.span.end
        index = layout.index(self.start)
        self.entry: Final = layout.entries[index] if index >= 0 else Entry(nodes.Prose(0, 0))
        self.node: Final = self.entry.node
        self.block: Final = self.entry.block

    @property
    def word(self) -> str:
        """What the problem points at."""
        return self.text[self.start : self.end]

    @property
    def kind(self) -> str:
        """The keyword of the block, or `""`."""
        block = self.block
        return block.type.lower() if isinstance(block, nodes.Scene | nodes.Event | nodes.Character) else ""

    def has_error(self, block: nodes.Block) -> bool:
        """Whether an error is in a block."""
        end = self.layout.line(block.lines[-1].start if block.lines else block.start)[1]
        source = self.layout.file.source
        return any(error.span.source is source and block.start <= error.span.start <= end for error in self.errors)

    def suggestion(self) -> Fix | None:
        """The one word or value that the hint asks for whether it was meant: hence not sure."""
        asked = _SUGGESTION.fullmatch(self.problem.hint or "")
        return None if asked is None else self.replace(asked[1])._replace(sure=False)

    def in_literal(self) -> bool:
        """Whether the problem is inside a `{"…"}`."""
        start, _ = self.layout.line(self.start)
        return self.text.rfind('{"', start, self.start) > self.text.rfind('"}', start, self.start)

    # ---- edits -----------------------------------------------------------------------------------------------

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Put a text in the place of a stretch."""
        return Edit(self.layout.file.span(start, end), text)

    def rewrite(self, start: int, end: int, text: str) -> Fix | None:
        """The smallest change that makes a stretch another text; None where it is that already."""
        old = self.text[start:end]
        if old == text:
            return None
        most = min(len(old), len(text))
        head = next((n for n in range(most) if old[n] != text[n]), most)
        tail = next((n for n in range(most - head) if old[-1 - n] != text[-1 - n]), most - head)
        return Fix((self.edit(start + head, end - tail, text[head : len(text) - tail]),))

    def replace(self, text: str) -> Fix:
        """Put a text in the place of what the problem points at."""
        return Fix((self.edit(self.start, self.end, text),))

    def insert(self, offset: int, text: str) -> Edit:
        """Put a text in."""
        return self.edit(offset, offset, text)

    def cut_word(self, start: int, end: int) -> Edit:
        """Take a word out, with the space that would be left over."""
        text = self.text
        line_start, line_end = self.layout.line(start)
        before, after = text[line_start:start], text[end:line_end]
        if not before.strip() and not after.strip():
            return self.edit(*self.layout.whole_line(start), "")
        if before.strip() and (not after or after[0] in " \t,.;:!?"):
            return self.edit(line_start + len(before.rstrip(_BLANK)), end, "")
        return self.edit(start, end + len(after) - len(after.lstrip(_BLANK)), "")

    def cut_lines(self, start: int, end: int) -> Fix | None:
        """Take whole lines out, from that of one offset to that of another; None where a comment would go too."""
        first, last = self.layout.line(start)[0], self.layout.whole_line(end)[1]
        if self.layout.has_comment(first, last):
            return None
        return Fix((self.edit(first, last, ""),))
