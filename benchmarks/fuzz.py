"""The mutation fuzzer: `python -m benchmarks.fuzz`, from the root of a checkout.

Compiles mutated examples and golden cases, and checks the invariants of `tests/invariants.py` for each. Where one does
not hold, the document is written into the working folder as `fuzz-SEED-NUMBER.story`, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' folder is no package

from formatting import check_format, loosened
from invariants import check_document
from memory import MemoryReader
from mending import check_fixes
from mutations import FILES, Mutator

_HANGS = 10
"""Seconds by the clock on the wall after which a document of a few kilobytes counts as a hang."""
_SHARE = 10_000
"""Documents that a worker tries in one go."""


class _Share(NamedTuple):
    documents: int
    characters: int
    without_errors: int
    codes: Counter[str]
    slowest: float
    fixes: int
    failures: list[str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    began = time.monotonic()
    total = _Share(0, 0, 0, Counter(), 0.0, 0, [])
    seeds = range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + -(-arguments.documents // _SHARE))
    sizes = [min(_SHARE, arguments.documents - number * _SHARE) for number in range(len(seeds))]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for done in pool.map(_try_share, seeds, sizes):
            total = _joined(total, done)
            if sys.stderr.isatty():
                print(f"\r{total.documents:,}", end="", file=sys.stderr)
    print(
        f"{total.documents:,} documents, {total.characters / 1e6:.0f} MB, {time.monotonic() - began:.0f} s: "
        f"{len(total.failures)} failures"
    )
    print(
        f"without errors: {total.without_errors:,}; fixes made alone and together: {total.fixes:,}; "
        f"the slowest took {total.slowest * 1000:.0f} ms"
    )
    print("problems by code: " + ", ".join(f"{code} {number:,}" for code, number in sorted(total.codes.items())))
    for failure in total.failures[:20]:
        print(failure)
    return 1 if total.failures else 0


def _joined(one: _Share, two: _Share) -> _Share:
    return _Share(
        one.documents + two.documents,
        one.characters + two.characters,
        one.without_errors + two.without_errors,
        one.codes + two.codes,
        max(one.slowest, two.slowest),
        one.fixes + two.fixes,
        one.failures + two.failures,
    )


def _try_share(seed: int, documents: int) -> _Share:
    mutator, reader, chance = Mutator(seed), MemoryReader(FILES), random.Random(seed)
    characters = without_errors = 0
    codes: Counter[str] = Counter()
    slowest = 0.0
    failures, fixes = [], 0
    signal.signal(signal.SIGALRM, _hang)
    for number in range(documents):
        data = mutator.document()
        began = time.process_time()
        signal.setitimer(signal.ITIMER_REAL, _HANGS)
        try:
            result = check_document(data, reader, fragment=number % 4 == 0, shown=number % 32 == 0)
            if number % 128 == 0:
                fixes += check_fixes(data, FILES, fragment=False)
            if number % 16 == 0:
                check_format(loosened(data, chance=chance), FILES, chance=chance)
        except Exception:  # noqa: BLE001 - the very thing that is looked for
            signal.setitimer(signal.ITIMER_REAL, 0)
            path = Path(f"fuzz-{seed}-{number}.story")
            path.write_bytes(data)
            failures.append(f"{path}\n{traceback.format_exc()}")
            continue
        signal.setitimer(signal.ITIMER_REAL, 0)
        took = time.process_time() - began
        slowest = max(slowest, took)
        characters += len(data)
        without_errors += not result.has_errors
        codes.update({problem.code for problem in result.problems})
    return _Share(documents, characters, without_errors, codes, slowest, fixes, failures)


def _hang(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {_HANGS} s")


if __name__ == "__main__":
    raise SystemExit(main())
