"""Stories to colour, what the language itself says of each of their signs, and whether an editor sees the same."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from editors.word_lists import EDITORS
from mutations import Mutator, seeds
from storyscript.editing.tokens import Kind, tokens
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

EXAMPLES: Final = EDITORS.parent / "examples"
NASTY: Final = EDITORS / "vscode/test/grammar/nasty.story"


@dataclass(frozen=True, slots=True)
class Told:
    """A story, and of each of its characters what it is; None for white space and what belongs to no block."""

    text: str
    kinds: list[Kind | None]


def stories(mutants: int) -> list[Told]:
    """The examples, the nasty story, the golden cases, and some of all that with mistakes made into them."""
    texts = [path.read_text("utf-8") for path in sorted(EXAMPLES.rglob("*.story"))]
    texts.append(NASTY.read_text("utf-8"))
    good, bad = seeds()
    mutator = Mutator(1)
    texts += [data.decode("utf-8", "ignore") for data in (*good, *bad, *(mutator.document() for _ in range(mutants)))]
    return [told(_readable(text)) for text in texts]


def told(text: str) -> Told:
    """What the language says of a text."""
    tree = parse(text)
    kinds: list[Kind | None] = [None] * len(text)
    for start, end, kind in tokens(text, tree):
        kinds[start:end] = [kind] * (end - start)
    for item in tree.items:
        # What stands in no block is told by nobody, so an editor may take it for what it looks like.
        if isinstance(item, nodes.Stray):
            kinds[item.start : item.end] = [None] * (item.end - item.start)
    return Told(text, kinds)


def _readable(text: str) -> str:
    """A text without what an editor does not keep in a line: ends of other kinds, and characters that control."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp")
    )


def differences(
    story: Told, seen: Sequence[Sequence[str]], fits: Mapping[Kind, Callable[[str], bool]]
) -> Iterator[str]:
    """Where an editor sees something else than the language, as lines to read.

    Args:
        story: the story.
        seen: what the editor calls each character of each line.
        fits: of each kind, which of the editor's names will do for it.
    """
    at = 0
    for number, (line, names) in enumerate(zip(story.text.split("\n"), seen, strict=True), 1):
        assert len(line) == len(names), (number, line, names)
        for column, (sign, name) in enumerate(zip(line, names, strict=True)):
            kind = story.kinds[at + column]
            if kind is not None and not sign.isspace() and not fits[kind](name):
                yield f"{number}:{column + 1} {line!r}: {line[column:]!r} is {kind.name}, and seen as {name!r}"
                break
        at += len(line) + 1
