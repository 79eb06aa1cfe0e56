"""The machine that reads the encoding, as the API page describes it; written apart from the compiler.

For each line it (1) drops every `[NC]`, else puts the character and a comma before the line; (2) takes what stands
before the last `#` for the image prompt; (3) takes the `[NC]`-less line, or what stands after its last `#`, for the
caption. Versions differ in whether they trim, and in what ends a line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """What is drawn: the prompt, the caption under it (None where nothing is), whether the character is in it."""

    prompt: str
    caption: str | None
    character: bool


@dataclass(frozen=True)
class Reading:
    trims: bool
    splits_at_all_line_ends: bool


def read(text: str, character: str, reading: Reading) -> list[Frame]:
    joined = text.replace("|", "\n")
    lines = joined.splitlines() if reading.splits_at_all_line_ends else joined.split("\n")
    return [_frame(line.strip() if reading.trims else line, character, reading) for line in lines]


def _frame(line: str, character: str, reading: Reading) -> Frame:
    shown = "[NC]" not in line
    if shown:
        prompt = f"{character},{line}"
    else:
        while "[NC]" in line:
            line = line.replace("[NC]", "")
        prompt = line
    cut = prompt.rfind("#")
    if cut >= 0:
        prompt = prompt[:cut]
    cut = line.rfind("#")
    caption = line[cut + 1 :]
    if reading.trims:
        prompt, caption = prompt.strip(), caption.strip()
    return Frame(prompt, caption if caption.strip() else None, shown)
