"""Golden cases: input and expected output together, in files that a reviewer can read.

A file holds cases, each of them a title, the story and what comes out of it, apart by lines of one `.`:

    a title
    .
    scene x
    .
    SS210 1:1-1:8 this scene shows a character, and the story has none
    .

Where problems have fixes, these stand below them: `fix` where it is sure, else `maybe`. At the end stands the
story with all that are sure made.

A tab in a story is written `→`, other control characters as their pictures (`␍`); `UPDATE_CASES=1` writes what comes
out into the files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PICTURES = {"→": "\t", "␡": "\x7f"} | {
    chr(0x2400 + code): chr(code) for code in range(0x20) if chr(code) not in "\t\n"
}
_READ = str.maketrans(_PICTURES)
_WRITE = str.maketrans({control: picture for picture, control in _PICTURES.items()})
CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    story: str
    expected: str


def as_shown(story: str) -> str:
    """A story's text with pictures for what does not show."""
    return story.translate(_WRITE)


def read_cases(path: Path) -> list[Case]:
    cases = []
    parts = path.read_text("utf-8").split("\n.\n")
    assert parts[-1].strip() == "", f"{path.name}: the last case is not closed by a `.`"
    for title, story, expected in zip(*[iter(parts[:-1])] * 3, strict=True):
        cases.append(Case(title.strip(), story.translate(_READ) + "\n", expected.strip("\n")))
    return cases


def check_cases(path: Path, show: Callable[[str], str]) -> None:
    """Compare what `show` makes of each story with what the file expects."""
    cases = read_cases(path)
    if os.environ.get("UPDATE_CASES"):
        text = "".join(
            f"{case.title}\n.\n{case.story[:-1].translate(_WRITE)}\n.\n{show(case.story)}\n.\n\n" for case in cases
        )
        path.write_text(text.rstrip("\n") + "\n", "utf-8")
        return
    for case in cases:
        assert show(case.story) == case.expected, f"{path.name}: {case.title}"
