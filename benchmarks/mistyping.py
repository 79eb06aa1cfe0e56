"""Slips that a writer makes in a story: one key, one sign or one line wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS: Final = {"no colon": "", "=": " =", ";": ";", "：": "：", "-": " -", ".": "."}
_MARKS: Final = ("NC]", "[NC", "NC", "(NC)", "{NC}", "[N]", "[CN]", "[NC]]", "")
_LINE: Final = re.compile(r"(?P<space>[ \t]*)(?P<word>[^\W\d_][\w-]*)(?P<colon>[ \t]*:)?(?P<rest>.*)")
_NAME: Final = re.compile(r"(?:@\{?|\{|(?ai:\b(?:lead|main):|^character|^let) )(?P<name>\w[\w-]*)")


def slips(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Stories with one slip each, of every kind one in each line that can have it, and what the slip is.

    Args:
        text: a story.
        chance: chooses the letter that is wrong, and the place where a line is broken.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        before, after = "".join(f"{x}\n" for x in lines[:at]), "".join(f"\n{x}" for x in lines[at + 1 :])
        for kind, slipped in _in_line(line, chance):
            yield kind, before + slipped + after
        if line.strip() and after:
            yield "line: lost", before + after[1:]
            yield "line: twice", f"{before}{line}\n{line}{after}"
            yield "line: joined with the next", f"{before}{line} {after.lstrip()}"
            yield "line: a blank one behind it", f"{before}{line}\n{after}"


def _in_line(line: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    match = _LINE.match(line)
    if match is not None:
        space, word, colon, rest = match["space"], match["word"], match["colon"] or "", match["rest"]
        what = "property" if space else "setting" if colon else "keyword"
        if colon or not space:
            yield from ((f"{what}: {how}", space + other + colon + rest) for how, other in _mistyped(word, chance))
            signs = _SIGNS if colon else {": behind it": ":"}
            yield from ((f"{what}: {how}", space + word + sign + rest) for how, sign in signs.items())
        if colon and rest.strip().isalnum():
            yield from ((f"value: {how}", f"{space}{word}: {x}") for how, x in _mistyped(rest.strip(), chance))
        yield from ((f"{what}: {sign} at the end", line + sign) for sign in (":.;" if what == "keyword" else ""))
        if space:
            yield "indentation: lost", line.lstrip()
            yield "indentation: one less", line[1:]
            yield "indentation: no-break spaces", "\xa0" * len(space) + line.lstrip()
        yield from ((f"indentation: {len(more)} more", more + line) for more in (" ", "  "))
        at = chance.choice([gap.start() for gap in re.finditer(r" \S", line[len(space) :])] or [0]) + len(space)
        yield "line: broken, at column 0", f"{line[:at]}\n{line[at:].lstrip()}"
        yield "line: broken, indented", f"{line[:at]}\n{space}{line[at:].lstrip()}"
        at = chance.choice([start.start() for start in re.finditer(r"\b\w", line)])
        yield from (
            (f"text: {x}", line[:at] + x + line[at:]) for x in ("|", "#", "{", "@", "//") if space and not colon
        )
    for sign in re.finditer(r"\[NC\]|[{}@]", line):
        start, end = line[: sign.start()], line[sign.end() :]
        others = _MARKS if len(sign[0]) > 1 else ("", sign[0] * 2)
        yield from ((f"sign: {sign[0]} as {other or 'nothing'}", start + other + end) for other in others)
    for name in _NAME.finditer(line):
        for how, other in _mistyped(name["name"], chance):
            yield f"name: {how}", line[: name.start("name")] + other + line[name.end() :]


def _mistyped(word: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    at = chance.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    row = next((row for row in _KEYS if letter.lower() in row), letter)
    key = row.find(letter.lower())
    yield "letter lost", before + after
    yield "letter twice", before + letter + letter + after
    yield "next key", before + row[key - 1 if key else min(1, len(row) - 1)] + after
    yield "letter case", before + letter.swapcase() + after
    yield "space in it", f"{before}{letter} {after}"
    yield "letters swapped", before + after[:1] + letter + after[1:]
