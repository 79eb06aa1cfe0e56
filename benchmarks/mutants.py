"""Whether the tests notice when a line of the core is wrong: `python -m benchmarks.mutants`, from a checkout's root.

It makes slips in the modules that money or a writer's text hangs on (`benchmarks.parts`), one at a time
(`benchmarks.mutating`), has the tests judge each, tells which ones no test has noticed, and prints a table. Parts may
be named, such as `wiro` or `rendering/ledger`. Of a module with more mutants than `--most` a sample is tried, drawn by
`--seed`; the tests of one mutant take `--seconds` at most.

All happens in a copy, with one pytest session that collects once. A child of it runs the tests as they are, and sees
which test comes by which line. Then each mutant has a child of its own, where its function is given the wrong code, and
the tests that come by its line run until one fails, those of the module's own files first. A test that fails there must
pass in another child without the mutant, or it is passed over. A child that takes too long counts as killed.

POSIX only. Of the tools that are kept well, neither mutmut nor cosmic-ray leaves a statement out, and a sync or a lock
that is left out is what matters most here.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from benchmarks.children import in_a_child
from benchmarks.mutating import mutants, parse
from benchmarks.parts import PARTS, chosen, tests_of
from benchmarks.swapping import Module
from benchmarks.touching import Touches, touched

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.children import Verdict
    from benchmarks.mutating import Mutant

_COPIED: Final = ("src", "tests", "grammar", "docs", "examples", "pyproject.toml", "README.md")
_USUAL: Final = ("--import-mode=importlib", "--disable-socket", "--allow-unix-socket")
"""Of the project's own options those that are not about what is printed."""
_PROFILE: Final = "mutants"


class Judge:
    """Takes the place of pytest's own loop over the tests.

    Args:
        parts: what to look at.
        most: mutants of each part.
        seed: draws them.
        seconds: that the tests of one mutant take at most, by what they took without it.

    Attributes:
        survived: how many no test has noticed.
    """

    def __init__(self, parts: list[str], most: int, seed: int, seconds: float) -> None:
        self._parts = parts
        self._most = most
        self._seed = seed
        self._seconds = seconds
        self._stable: set[str] = set()
        self.survived = 0

    def pytest_sessionstart(self) -> None:
        """Few examples, and all the time they want: a machine that is busy makes a test slow, and no mutant."""
        from hypothesis import HealthCheck, settings  # noqa: PLC0415 - pytest wants to load it first

        settings.register_profile(
            _PROFILE, max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        settings.load_profile(_PROFILE)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge all mutants; no test runs in this process."""
        files = {part: str(Path.cwd() / "src" / "storyscript" / f"{part}.py") for part in self._parts}
        touches = touched(session.items, list(files.values()))
        print(f"{len(touches.seconds)} tests pass as they are.", flush=True)
        rows = ["| module | mutants | tried | killed | survived |", "|---|---:|---:|---:|---:|"]
        for part, file in files.items():
            rows.append(self._part(part, file, session.items, touches))
        print("\n".join(["", *rows]), flush=True)
        return True

    def _part(self, part: str, file: str, items: list[pytest.Item], touches: Touches) -> str:
        module = Module(f"storyscript.{part.replace('/', '.')}", file)
        count = len(mutants(parse(file)))
        chosen = sorted(random.Random(f"{self._seed} {part}").sample(range(count), min(self._most, count)))
        killed = survived = 0
        for number in chosen:
            # A tree of its own for each, for there is no way back in one.
            tree = parse(file)
            mutant = mutants(tree)[number]
            mutant.apply()
            swap = module.swap(tree)
            if swap is None:
                continue
            verdict = self._judged(self._those(part, file, mutant, items, touches), swap)
            killed += verdict.is_killed
            survived += not verdict.is_killed
            if not verdict.is_killed:
                print(f"{part}:{mutant.line}: {mutant.what} ({verdict.count} tests)", flush=True)
        self.survived += survived
        print(f"-- {part}: {killed} of {killed + survived} killed", flush=True)
        return f"| `{part}` | {count} | {killed + survived} | {killed} | {survived} |"

    def _those(
        self, part: str, file: str, mutant: Mutant, items: list[pytest.Item], touches: Touches
    ) -> list[pytest.Item]:
        """The tests that come by a mutant: its module's own first, then the fastest."""
        names = touches.of(file, mutant.line)
        own = PARTS[part]
        there = [item for item in items if item.nodeid in names]
        there.sort(key=lambda item: (Path(item.path).stem not in own, touches.seconds[item.nodeid]))
        chosen: list[pytest.Item] = []
        left = self._seconds
        for item in there:
            left -= touches.seconds[item.nodeid]
            if chosen and left < 0:
                break
            chosen.append(item)
        return chosen

    def _judged(self, items: list[pytest.Item], swap: Callable[[], None]) -> Verdict:
        while True:
            verdict = in_a_child(items, before=swap)
            if verdict.is_killed and verdict.killer is None:
                # Somebody may have paused this process: only who never comes to an end, never does.
                verdict = in_a_child(items, before=swap)
            killer = verdict.killer
            if killer is None or killer in self._stable:
                return verdict
            if in_a_child([item for item in items if item.nodeid == killer]).killer is None:
                self._stable.add(killer)
                return verdict
            items = [item for item in items if item.nodeid != killer]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description="Have the tests judge slips.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="such as rendering/ledger, or rendering (default: all)"
    )
    parser.add_argument("--most", type=int, default=40, help="mutants of each module (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="draws them (default: 1)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of tests for each mutant (default: 4)")
    arguments = parser.parse_args()
    parts = chosen(arguments.parts)
    if not parts:
        parser.error(f"there is no such part; there are {', '.join(PARTS)}")
    root = Path(__file__).parents[1]
    judge = Judge(parts, arguments.most, arguments.seed, arguments.seconds)
    with tempfile.TemporaryDirectory() as folder:
        for name in _COPIED:
            source, target = root / name, Path(folder, name)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        os.chdir(folder)
        sys.path.insert(0, str(Path(folder, "src")))
        started = time.monotonic()
        options = ["-s", "-p", "no:terminal", "-p", "no:cacheprovider", "-o", "addopts=", *_USUAL]
        code = pytest.main(
            [*options, "--hypothesis-seed=0", f"--basetemp={folder}/tests-own", *tests_of(parts)], plugins=[judge]
        )
        print(f"\n{judge.survived} survived; {time.monotonic() - started:.0f} s.")
        os.chdir(root)
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main())
