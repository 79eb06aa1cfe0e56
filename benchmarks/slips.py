"""One slip in a good story, and what becomes of it: `python -m benchmarks.slips`, from the root of a checkout.

What the story compiles to then, as it is and with its sure fixes made, is held against what it was meant to compile to.
Where sure fixes made another story of one that had errors, it is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' folder is no package

from benchmarks.mistyping import slips

from golden import CASES, read_cases
from memory import MemoryReader
from mending import NAME, compiled, mended
from storyscript.compiler import compile_source
from storyscript.diagnostics.fixes import apply
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).parents[1]
_SHARED: Final = (_ROOT / "examples" / "cast" / "shared.story").read_text("utf-8")
_FILES: Final[dict[str, str | bytes]] = {"cast.story": _SHARED, "cast/shared.story": _SHARED}
_OUTCOMES: Final = ("harmless", "mended", "error", "warned", "silent", "WRONG", "worse")
"""The first two compile to what was meant, the second by fixes; the third has errors left. The others compile to
another story: with a warning or without one, or because of fixes, where it had errors before or had none."""


class _Tried(NamedTuple):
    kind: str
    outcome: str
    offer: str
    shown: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slips", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often each story is taken, with other letters wrong")
    parser.add_argument("--show", default="WRONG", choices=_OUTCOMES, help="which outcome's stories are printed")
    parser.add_argument("--kinds", action="store_true", help="a row for each kind of slip")
    arguments = parser.parse_args()
    given = [text for text in _stories() for _ in range(arguments.rounds)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = [tried for some in pool.map(_try_story, given, range(len(given))) for tried in some]
    rows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tried in found:
        rows[tried.kind if arguments.kinds else tried.kind.partition(":")[0]][tried.outcome] += 1
        rows["all"][tried.outcome] += 1
        if tried.outcome == arguments.show:
            print(f"{tried.kind}: {tried.outcome}\n{tried.shown}")
    print(f"{'':28}" + "".join(f"{outcome:>9}" for outcome in _OUTCOMES))
    for kind, counts in sorted(rows.items()):
        print(f"{kind:28}" + "".join(f"{counts[outcome]:9,}" for outcome in _OUTCOMES))
    offers = Counter(tried.offer for tried in found if tried.offer)
    print("the first offer, where nothing is sure: " + ", ".join(f"{what} {offers[what]:,}" for what in sorted(offers)))
    return 1 if rows["all"]["WRONG"] else 0


def _stories() -> Iterator[str]:
    """The examples, the cases of payloads, and those of `slipped.txt`: all in which nothing is wrong."""
    texts = [path.read_text("utf-8") for path in sorted((_ROOT / "examples").glob("*.story"))]
    texts += [case.story for path in sorted(CASES.glob("payload-*.txt")) for case in read_cases(path)]
    texts += (_ROOT / "benchmarks" / "slipped.txt").read_text("utf-8").split("\n.\n")
    yield from (text for text in texts if not compiled(text.encode(), _FILES, fragment=False))


def _payloads(text: str) -> list[dict[str, Any]]:
    return compile_source(SourceFile.from_text(NAME, text), reader=MemoryReader(_FILES)).payloads


def _try_story(text: str, seed: int) -> list[_Tried]:
    meant = _payloads(text)
    found = {slipped: kind for kind, slipped in slips(text, random.Random(seed)) if slipped != text}
    return [_try(kind, slipped, text, meant) for slipped, kind in found.items()]


def _try(kind: str, slipped: str, text: str, meant: list[dict[str, Any]]) -> _Tried:
    problems, was = compiled(slipped.encode(), _FILES, fragment=False), _payloads(slipped)
    after = mended(slipped.encode(), _FILES)[0].decode()
    now, offer = _payloads(after), ""
    if now == meant:
        outcome = "harmless" if was == meant else "mended"
    elif now:
        outcome = ("warned" if problems else "silent") if now == was else "worse" if was else "WRONG"
    else:
        outcome = "error"
    first = next((problem.fix for problem in problems if problem.fix is not None and not problem.fix.sure), None)
    if outcome in ("error", "warned") and first is not None:
        offered = _payloads(apply(slipped, first.edits))
        offer = "right" if offered == meant else "another story" if offered else "one of several"
    shown = [*_changes(text, slipped), "  then", *_changes(slipped, after)]
    return _Tried(kind, outcome, offer, "\n".join(shown))


def _changes(one: str, two: str) -> list[str]:
    return [f"    {line}" for line in unified_diff(one.splitlines(), two.splitlines(), n=2, lineterm="")][2:]


if __name__ == "__main__":
    raise SystemExit(main())
