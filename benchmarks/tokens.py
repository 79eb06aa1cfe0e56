"""How far the estimate of a prompt's tokens is off: `python -m benchmarks.tokens` prints a table.

Measured by the vocabulary itself, over three kinds of text: the prompts of `prompts.txt`, which were written for this
and which nothing was fitted to; the panels of the examples and of the golden cases; and prompts of about the length at
which it is decided whether something is cut off, put together from words in a row of `prompts.txt`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import storyscript
from storyscript.compiler import compile_source
from storyscript.source import SourceFile
from storyscript.tokens.counter import ENDS, WINDOW
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.prompt import prompt_of
from storyscript.tokens.vocabulary import TokenVocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ROOT: Final = Path(__file__).parent.parent
_ROOM: Final = WINDOW - ENDS
_NEAR: Final = 10
"""So many tokens around the border are near it."""
_EACH: Final = 300
_SHORTEST: Final = 4


def prompts() -> dict[str, list[str]]:
    """The prompts of the corpus, by language."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("prompts.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            language = line.removeprefix("# ")
        else:
            found.setdefault(language, []).append(line)
    return found


def panels() -> Iterator[str]:
    """The prompts of the panels that the examples and the golden cases have."""
    for path in sorted((_ROOT / "examples").glob("*.story")):
        source = SourceFile.from_text(path.name, path.read_text("utf-8"))
        yield from _panels(source, storyscript.FolderReader(path))
    for path in sorted((_ROOT / "tests" / "cases").glob("*.txt")):
        for story in path.read_text("utf-8").split("\n.\n")[1::3]:
            yield from _panels(SourceFile.from_text(path.name, story), None)


def _panels(source: SourceFile, reader: storyscript.Reader | None) -> Iterator[str]:
    for job in compile_source(source, reader=reader).jobs:
        yield from (prompt_of(job, panel).text for panel in job.panels)


def near_the_border(texts: Sequence[str], exact: TokenVocabulary) -> Iterator[str]:
    """Prompts that end within a few tokens of the border, of words in a row of texts in a random order."""
    chance = Random(0)
    for _ in range(_EACH):
        words = " ".join(chance.sample(texts, len(texts)) * _SHORTEST).split(" ")
        wanted = chance.randint(_ROOM - _NEAR + 1, _ROOM + _NEAR)
        count = next((n for n in range(1, len(words)) if len(exact.starts(" ".join(words[:n]))) >= wanted), 0)
        if count and len(exact.starts(" ".join(words[:count]))) <= _ROOM + _NEAR:
            yield " ".join(words[:count])


def show(name: str, texts: Sequence[str], exact: TokenVocabulary, *, border: bool = False) -> None:
    estimate = TokenEstimate()
    counts = [(len(exact.starts(text)), len(estimate.starts(text))) for text in texts]
    errors = sorted(guess - count for count, guess in counts)
    mean = sum(map(abs, errors)) / len(errors)
    share = sum(errors) / sum(count for count, _ in counts)
    quarter = len(errors) // 20
    wrong = ""
    if border:
        missed = sum(count > _ROOM >= guess for count, guess in counts) / len(counts)
        false = sum(count <= _ROOM < guess for count, guess in counts) / len(counts)
        wrong = f"{missed:8.1%} {false:8.1%}"
    exactly = sum(error == 0 for error in errors) / len(errors)
    print(
        f"{name:28} {len(texts):5} {exactly:6.0%} {mean:6.2f} {share:+7.1%} "
        f"{errors[quarter]:+4} .. {errors[-1 - quarter]:+3} {errors[0]:+4} .. {errors[-1]:+3} {wrong}".rstrip()
    )


def main() -> None:
    exact = TokenVocabulary()
    found = prompts()
    head = "texts  exact  |off|    sum  90% within      all within   missed    false"
    print(f"{'tokens, estimate - count':28} {head}")
    for language, texts in found.items():
        show(language, texts, exact)
    show("panels of examples and cases", sorted(set(panels())), exact)
    print(f"\n{'within 10 tokens of the border':28}")
    others = [text for language, texts in found.items() if language not in {"English", "Signs"} for text in texts]
    show("English", list(near_the_border(found["English"], exact)), exact, border=True)
    latin = [
        text for name in ("German", "French", "Spanish", "Turkish", "Polish", "Portuguese") for text in found[name]
    ]
    show("other languages, Latin", list(near_the_border(latin, exact)), exact, border=True)
    rest = [text for text in others if text not in latin]
    show("other scripts", list(near_the_border(rest, exact)), exact, border=True)


if __name__ == "__main__":
    main()
