"""Every way to die: `python -m benchmarks.crash_sweep`, from the root of a checkout.

What the tests take samples of, in full: each step of a run with each trouble, each step with each kind of loss by a
power cut, each sync left out, each system call that fails, and kills at many moments. One line a part; each case that
fails is named.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' folder is no package

from crashes import sweeping, tracing
from crashes.disks import TROUBLES, applies
from crashes.power import LOSSES
from end_to_end.killed import Home, end
from end_to_end.processes import fake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crashes.disks import Step

_LISTS = (True, False)
_CALLS = (("fsync", False), ("rename", False), ("mkdir", False), ("write", True), ("fsync", True))
_FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
_WIRE = (("sendto", False), ("recvfrom", False))
_MOST_CALLS = 60
"""A run of the story makes fewer calls of each kind."""


class Case(NamedTuple):
    """A case: what it is called, and what tries it in an empty folder."""

    name: str
    try_it: Callable[[Path], object]


class Result(NamedTuple):
    """What came of a part."""

    cases: int
    failed: list[str]
    codes: Counter[str]
    """How often the resumes of a case ended with which exit codes, one after the other."""


def each_step(steps: list[Step], stride: int) -> Iterator[Case]:
    for at, step in list(enumerate(steps))[::stride]:
        for trouble in TROUBLES:
            for lists in _LISTS if applies(trouble, step) else ():
                yield Case(
                    f"{trouble}, step {at} ({step.what}, {step.site}), lists={lists}",
                    functools.partial(sweeping.with_trouble, at=at, trouble=trouble, lists=lists),
                )


def two_troubles(steps: list[Step], stride: int) -> Iterator[Case]:
    for at in range(0, len(steps), 5 * stride):
        for then in range(0, len(steps), 3):
            trouble = TROUBLES[(at + then) % len(TROUBLES)]
            yield Case(
                f"killed before step {at}, then {trouble} at step {then}",
                functools.partial(sweeping.with_two_troubles, at=at, then=then, trouble=trouble, lists=then % 2 == 0),
            )


def power_cuts(steps: list[Step], stride: int) -> Iterator[Case]:
    for at in range(0, len(steps) + 1, stride):
        for loss in LOSSES:
            for lists in _LISTS:
                yield Case(
                    f"power cut before step {at}, {loss} lost, lists={lists}",
                    functools.partial(sweeping.with_power_cut, at=at, loss=loss, lists=lists),
                )


def kills_and_power_cuts(steps: list[Step], stride: int) -> Iterator[Case]:
    made = [number + 1 for number, step in enumerate(steps) if step.what == "mkdir"]
    for at in sorted({*made, *range(0, len(steps), 6 * stride)}):
        for then in range(0, len(steps), 4):
            loss = LOSSES[(at + then) % len(LOSSES)]
            yield Case(
                f"killed before step {at}, then a power cut before step {then}, {loss} lost",
                functools.partial(sweeping.with_kill_and_power_cut, at=at, then=then, loss=loss),
            )


def try_all(cases: Iterator[Case]) -> Result:
    failed, codes, count = [], Counter[str](), 0
    for case in cases:
        count += 1
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                found = case.try_it(Path(folder))
            except Exception as error:  # noqa: BLE001 - whatever is wrong is what is looked for
                failed.append(f"{case.name}: {type(error).__name__}: {str(error)[:200]}")
            else:
                codes[" ".join(map(str, found)) if isinstance(found, list) else "-"] += 1
    return Result(count, failed, codes)


def left_out(steps: list[Step], stride: int) -> None:
    """Print of each sync how often the sweep notices that it is missing, and where first."""
    sites = Counter(step.site for step in steps if step.what in ("sync", "sync folder"))
    for site, count in sites.items():
        first = min(number for number, step in enumerate(steps) if step.site == site)
        cases = [
            Case(
                f"power cut before step {at}, {loss} lost",
                functools.partial(sweeping.with_power_cut, at=at, loss=loss, lists=True, unsynced=[site]),
            )
            for at in range(first + 1, len(steps) + 1, stride)
            for loss in LOSSES[:3]
        ]
        result = try_all(iter(cases))
        where = f"first: {result.failed[0].partition(':')[0]}" if result.failed else ""
        print(f"  {site} ({count}): {len(result.failed)} of {result.cases} notice {where}", flush=True)


def system_calls(stride: int) -> Result:
    failed, codes, count, seed = [], Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as folder, fake(Path(folder), "--speed", "0") as server:
        plan = [(call, only, fault) for call, only in _CALLS for fault in _FAULTS]
        plan += [(call, only, "signal=KILL") for call, only in _WIRE]
        for call, only, fault in plan:
            for when in range(1, _MOST_CALLS, stride):
                injection = tracing.Injection(call, fault, when, ledger_only=only)
                seed += 1
                with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as home:
                    try:
                        if not tracing.run_into(Home(Path(home), server, seed), injection):
                            break  # there are no more calls of this kind
                    except Exception as error:  # noqa: BLE001 - whatever is wrong is what is looked for
                        failed.append(f"{injection}: {type(error).__name__}: {str(error)[:200]}")
                count += 1
                codes[f"{call}{' to the ledger' if only else ''}"] += 1
    return Result(count, failed, codes)


def kills(rounds: int) -> Result:
    failed, codes = [], Counter[str]()
    with tempfile.TemporaryDirectory() as folder, fake(Path(folder), "--speed", "0.02") as server:
        for seed in range(rounds):
            chance = random.Random(seed)
            home = Home(Path(folder) / str(seed), server, seed)
            try:
                for words in (["run", "--yes", "a.story"], ["resume"]):
                    process = home.begin(*words)
                    if words[0] == "run":
                        home.wait_for("intended")
                    time.sleep(chance.uniform(0, 0.3) if words[0] == "run" else chance.uniform(0.2, 0.9))
                    end(process)
                codes[" ".join(map(str, home.recover()))] += 1
            except Exception as error:  # noqa: BLE001 - whatever is wrong is what is looked for
                failed.append(f"seed {seed}: {type(error).__name__}: {str(error)[:200]}")
    return Result(rounds, failed, codes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash_sweep", description="Every way to die.")
    parser.add_argument("parts", nargs="*", help="only these: steps, twice, power, kill+power, syncs, calls, kills")
    parser.add_argument("--stride", type=int, default=1, metavar="N", help="only each Nth step")
    parser.add_argument("--rounds", type=int, default=100, metavar="N", help="how many kills")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        steps = sweeping.steps_of_a_run(Path(folder))
    print(f"a run takes {len(steps)} steps: {', '.join(f'{n} {what}' for what, n in _kinds(steps).most_common())}")
    parts: dict[str, Callable[[], Result]] = {
        "steps": lambda: try_all(each_step(steps, arguments.stride)),
        "twice": lambda: try_all(two_troubles(steps, arguments.stride)),
        "power": lambda: try_all(power_cuts(steps, arguments.stride)),
        "kill+power": lambda: try_all(kills_and_power_cuts(steps, arguments.stride)),
        "calls": lambda: system_calls(arguments.stride),
        "kills": lambda: kills(arguments.rounds),
    }
    failed = 0
    for name, part in parts.items():
        if arguments.parts and name not in arguments.parts:
            continue
        begun = time.monotonic()
        result = part()
        failed += len(result.failed)
        codes = ", ".join(f"{codes}: {count}" for codes, count in result.codes.most_common())
        seconds = time.monotonic() - begun
        print(f"{name}: {result.cases} cases, {len(result.failed)} failed, {seconds:.0f} s; {codes}", flush=True)
        for line in result.failed:
            print(f"  {line}")
    if not arguments.parts or "syncs" in arguments.parts:
        print("syncs that are left out, one kind at a time:")
        left_out(steps, arguments.stride)
    return 1 if failed else 0


def _kinds(steps: list[Step]) -> Counter[str]:
    return Counter[str](step.what for step in steps)


if __name__ == "__main__":
    raise SystemExit(main())
