"""Simulated worlds: `python -m benchmarks.simulate`, from the root of a checkout.

Lives through worlds of `tests/simulation/`, each decided by its seed, and judges each after each of its processes. Then
a script that repeats what failed lives through the same ones, as a control. Where something does not hold, the exit
code is 1, and the seed is told with the command that shows it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' folder is no package

from simulation.naive import live_naively
from simulation.people import live_through

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARE = 50
"""Worlds that a worker lives through in one go."""
_WIDTH = 32
_PER_LINE = 6
_ROWS = (
    "worlds",
    "processes",
    "runs",
    "resumes",
    "requests",
    "killed",
    "power cuts",
    "interrupted",
    "locked out",
    "clock steps",
    "accepted",
    "charged",
    "double charges",
    "lost",
    "unknown: found by the list",
    "unknown: adopted by a person",
    "unknown: resubmitted by a person",
)


class _Share(NamedTuple):
    ours: Counter[str]
    control: Counter[str]
    failures: list[str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first world; the others follow it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    began = time.monotonic()
    ours, control = Counter[str](), Counter[str]()
    failures: list[str] = []
    end = arguments.seed + arguments.worlds
    with ProcessPoolExecutor(arguments.jobs) as pool:
        shares = [range(at, min(at + _SHARE, end)) for at in range(arguments.seed, end, _SHARE)]
        for share in pool.map(_live, shares):
            ours += share.ours
            control += share.control
            failures += share.failures
            if sys.stderr.isatty():
                print(f"\r{control['worlds']:,}", end="", file=sys.stderr)
    print(f"{arguments.worlds:,} worlds, {time.monotonic() - began:.0f} s: {len(failures)} failures\n")
    _show(ours, control)
    for failure in failures[:20]:
        print(failure)
    return 1 if failures else 0


def _live(seeds: Iterable[int]) -> _Share:
    ours, control = Counter[str](), Counter[str]()
    failures = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "ours").mkdir()
            (root / "control").mkdir()
            try:
                ours += live_through(seed, root / "ours")
            except Exception:  # noqa: BLE001 - the very thing that is looked for
                again = f"python -m benchmarks.simulate --seed {seed} --worlds 1"
                failures.append(f"seed {seed}; to see it again: {again}\n{traceback.format_exc()}")
            control += live_naively(seed, root / "control")
    return _Share(ours, control, failures)


def _show(ours: Counter[str], control: Counter[str]) -> None:
    print(f"{'':{_WIDTH}} {'storyscript':>12} {'control':>12}")
    for row in _ROWS:
        told = f"{control[row]:>12,}" if control[row] or row in ("double charges", "lost") else ""
        print(f"{row:{_WIDTH}} {ours[row]:>12,} {told}".rstrip())
    for kind in ("fault", "fate", "disk"):
        found = {name.partition(" ")[2]: count for name, count in sorted(ours.items()) if name.startswith(f"{kind} ")}
        cells = [f"{name} {count:,}" for name, count in found.items() if name]
        print(f"\n{kind}s: {sum(found.values()):,}")
        for at in range(0, len(cells), _PER_LINE):
            print(f"  {', '.join(cells[at : at + _PER_LINE])}")


if __name__ == "__main__":
    raise SystemExit(main())
