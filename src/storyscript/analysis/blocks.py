"""A block's lines, sorted into its prose and its properties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyscript.diagnostics.model import Label
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.diagnostics.sink import Sink


@dataclass(slots=True)
class BlockText:
    """What a block holds.

    Attributes:
        prose: start and end of each line of prose.
        properties: the first of each kind that the block may have.
    """

    prose: list[tuple[int, int]] = field(default_factory=list)
    properties: dict[str, nodes.Property] = field(default_factory=dict)


def split_block(file: File, block: nodes.Block, kind: str, sink: Sink) -> BlockText:
    """Sort a block's lines; reports SS213 for a property given twice, or not this block's."""
    found = BlockText()
    for line in block.lines:
        if line.__class__ is nodes.Prose:
            found.prose.append((line.start, line.end))
        elif isinstance(line, nodes.Property):
            first = found.properties.setdefault(line.word, line)
            span = file.span(line.start, line.start + len(line.word))
            if line.word not in nodes.PROPERTIES[kind]:
                del found.properties[line.word]
                owners = " or ".join(f"`{owner}`" for owner, words in nodes.PROPERTIES.items() if line.word in words)
                sink.report(
                    "SS213",
                    span,
                    f"`{line.word}:` is not a property of {'an' if kind == 'event' else 'a'} {kind}",
                    hint=f"it belongs to {owners}; in text, `{{\"{line.word}:\"}}` is the words themselves",
                )
            elif first is not line:
                label = Label(file.span(first.start, first.start + len(first.word)), "first given here")
                sink.report(
                    "SS213", span, f"`{line.word}:` is given twice in this block", hint="keep one", labels=(label,)
                )
    return found


def value_lines(line: nodes.Property) -> list[tuple[int, int]]:
    """Start and end of each line of a property's text."""
    return [(line.value_start, line.end), *((more.start, more.end) for more in line.lines)]
