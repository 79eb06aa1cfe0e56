"""A block's lines, sorted into its prose and its properties."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Label
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.analysis.story import Names
    from storyscript.diagnostics.sink import Sink


@dataclass(slots=True, eq=False)
class BlockText:
    """What a block holds.

    Attributes:
        prose: start and end of each line of prose.
        properties: the first of each kind that the block may have.
        suspicious: a line may look like structure, or prose stands behind a property; most blocks are not, and
            only those are looked at line by line.
    """

    prose: list[tuple[int, int]] = field(default_factory=list)
    properties: dict[str, nodes.Property] = field(default_factory=dict)
    suspicious: bool = False


# What begins a line that may look like structure.
_SUSPECT: Final = re.compile(
    r"[ \t]*(?:(?ai:image|as|caption|lead|scene|event|character|section|let|include)(?![\w-])"
    r"|[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*+[ \t]*+[:=：])"
).match


def split_block(file: File, block: nodes.Block, kind: str, names: Names, sink: Sink) -> BlockText:
    """Sort a block's lines; reports SS213 for a property given twice, or not this block's."""
    found = BlockText()
    text, prose = file.source.readable, found.prose
    for line in block.lines:
        if line.__class__ is nodes.Prose:
            prose.append((line.start, line.end))
            if found.properties or _SUSPECT(text, line.start, line.end) is not None:
                found.suspicious = True
        elif isinstance(line, nodes.Property):
            if line.word not in nodes.PROPERTIES[kind]:
                _report_foreign(file, line, kind, sink)
                names.excuse_uses(_whole(text, line))
                continue
            first = found.properties.setdefault(line.word, line)
            if first is not line:
                _report_twice(file, line, first, sink)
                names.excuse_uses(_whole(text, line))
            for more in line.lines:
                if _SUSPECT(text, more.start, more.end) is not None:
                    found.suspicious = True
    return found


def _whole(text: str, line: nodes.Property) -> str:
    return text[line.start : line.lines[-1].end if line.lines else line.end]


def _report_foreign(file: File, line: nodes.Property, kind: str, sink: Sink) -> None:
    owners = " or ".join(f"`{owner}`" for owner, words in nodes.PROPERTIES.items() if line.word in words)
    sink.report(
        "SS213",
        file.span(line.start, line.start + len(line.word)),
        f"`{line.word}:` is not a property of {'an' if kind == 'event' else 'a'} {kind}",
        hint=f'it belongs to {owners}; in text, `{{"{line.word}:"}}` is the words themselves',
    )


def _report_twice(file: File, line: nodes.Property, first: nodes.Property, sink: Sink) -> None:
    label = Label(file.span(first.start, first.start + len(first.word)), "first given here")
    span = file.span(line.start, line.start + len(line.word))
    sink.report("SS213", span, f"`{line.word}:` is given twice in this block", hint="keep one", labels=(label,))


def value_lines(line: nodes.Property) -> list[tuple[int, int]]:
    """Start and end of each line of a property's text."""
    return [(line.value_start, line.end), *((more.start, more.end) for more in line.lines)]
