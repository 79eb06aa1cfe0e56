"""The rows about `storyscript run`: against bare calls, with many tasks in flight, and with many files to fetch."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Comparison
from benchmarks.processes import MeasurementError, measured
from benchmarks.service import Service, serving, storyscript
from benchmarks.table import Row, Side

from storyscript.compiler import compile as compile_story
from storyscript.targets.payload import payload

if TYPE_CHECKING:
    import resource
    from collections.abc import Iterator

_JOBS: Final = 200
_AT_ONCE: Final = 10
_TASK_SECONDS: Final = 0.5
_MANY: Final = 1000
_FEW: Final = 100
_LONG: Final = 30.0
"""Seconds of a task, so that a thousand are submitted before the first has ended."""
_LOOK: Final = 0.5
"""Seconds between two looks at how many tasks are under way."""
_FILES: Final = 500
_SIDE: Final = 577
"""Pixels: a square of noise of this side is a PNG of one megabyte."""


def runs(*, quick: bool) -> Iterator[Row]:
    """All of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _overhead(folder, rounds=1 if quick else 3)
        yield _memory(folder, _MANY // 5 if quick else _MANY, _FEW // 5 if quick else _FEW)
        for deflated in (False, True):
            yield _downloads(folder, _FILES // 5 if quick else _FILES, rounds=2 if quick else 4, deflated=deflated)


def _overhead(folder: Path, *, rounds: int) -> Row:
    """The time on the wall of a whole process of ours, and of one that makes the same calls and nothing else."""
    story, payloads, small = folder / "long.story", folder / "payloads.json", folder / "small.png"
    text = cast(_JOBS)
    story.write_text(text, "utf-8")
    payloads.write_text(json.dumps([payload(job) for job in compile_story(text).jobs]), "utf-8")
    small.write_bytes(noise(16))
    out = folder / "out"

    def ours(service: Service) -> float:
        command = storyscript("run", str(story), "--yes", "--jobs", str(_AT_ONCE), "--out", str(out))
        return _wall(command, service, out, "panels/*.png")

    def theirs(service: Service) -> float:
        out.mkdir()
        command = [sys.executable, "-m", "benchmarks.bare", str(payloads), str(_AT_ONCE), str(out)]
        return _wall(command, service, out, "*.png")

    with serving(seconds=_TASK_SECONDS, picture=small) as service:
        pairs = [(ours(service), theirs(service)) for _ in range(rounds)]
        _require(service.accepted() == 2 * rounds * _JOBS, "each job was to be run once by each side")
    found = Comparison(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
    first, second = found.best
    return Row(
        what=f"storyscript run, {_JOBS} jobs of {_TASK_SECONDS:g} s : bare calls, time",
        ratio=found.ratio,
        side=Side.AT_MOST,
        target=1.1,
        spread=found.spread,
        seen=f"{first:.1f} : {second:.1f} s, {_AT_ONCE} at once",
    )


def _wall(command: list[str], service: Service, out: Path, files: str) -> float:
    begun = time.perf_counter()
    _run(command, service)
    seconds = time.perf_counter() - begun
    _require(len(list(out.glob(f"**/{files}"))) == _JOBS, f"{' '.join(command[1:4])}: not all pictures are there")
    shutil.rmtree(out)
    return seconds


def _memory(folder: Path, many: int, few: int) -> Row:
    """The most that a process has resident with many tasks in flight, and with few."""
    peaks = []
    for count in (many, few):
        with serving(seconds=_LONG, picture=folder / "small.png") as service:
            peak, in_flight = _peak(folder, service, count)
        _require(in_flight == count, f"{count} tasks were to be in flight, and there were {in_flight}")
        peaks.append(peak)
    first, second = peaks
    return Row(
        what=f"{many} tasks in flight : {few}, peak resident memory",
        ratio=first / second,
        side=Side.AT_MOST,
        target=1.5,
        seen=f"{first / 1e6:.1f} : {second / 1e6:.1f} MB",
    )


def _peak(folder: Path, service: Service, count: int) -> tuple[int, int]:
    """Bytes resident at most, and tasks in flight at most, of a run of so many jobs."""
    story, out = folder / f"{count}.story", folder / f"out-{count}"
    story.write_text(cast(count), "utf-8")
    seen, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(_LOOK):
            seen.append(service.under_way())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        words = ("run", str(story), "--yes", "--jobs", str(count), "--out", str(out))
        usage = _run(storyscript(*words), service)
    finally:
        done.set()
        looking.join()
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), max(seen)


def _downloads(folder: Path, files: int, *, rounds: int, deflated: bool) -> Row:
    """Fetching pictures of one megabyte as a run does, and by bare calls that write what comes.

    Args:
        folder: where to.
        files: how many.
        rounds: how often, in turn.
        deflated: the pixels are compressed as Pillow does by default, so that decoding them takes more than twice as
            long; else the file holds them as they are.
    """
    picture = folder / "large.png"
    picture.write_bytes(noise(_SIDE, deflated=deflated))
    with serving(seconds=0, picture=picture) as service:
        found = measured("downloads", service.base_url, files, rounds, str(folder / "files"))
    ours, one, several = (tuple(found[name]) for name in ("ours", "one", "several"))
    pair = Comparison(one, ours)
    speeds = [files * picture.stat().st_size / 1e6 / min(seconds) for seconds in (ours, one, several)]
    return Row(
        what=f"{files} PNGs of 1 MB{', deflated' if deflated else ''} : bare GETs in turn, MB/s",
        ratio=pair.ratio,
        side=Side.AT_LEAST,
        target=0.8,
        spread=pair.spread,
        seen="{:.0f} : {:.0f} MB/s; bare GETs, as many at once: {:.0f}".format(*speeds),
    )


def _run(command: list[str], service: Service) -> resource.struct_rusage:
    """Run a command to its end, its output thrown away; what it used.

    Raises:
        MeasurementError: it failed.
    """
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    process = os.posix_spawn(command[0], command, service.environment, file_actions=nowhere)
    _, status, usage = os.wait4(process, 0)
    _require(not status, f"{' '.join(command[1:])}: exit code {os.waitstatus_to_exitcode(status)}")
    return usage


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise MeasurementError(what)


def cast(jobs: int) -> str:
    """A story of so many jobs of one panel: each has its own character."""
    head = "title: Many\nsize: 256x256\n\n"
    return head + "".join(
        f"character Person{number}\n  as: the person of number {number}\n  somebody in coat number {number}\n\n"
        f"scene\n  lead: Person{number}\n  walks home through the rain\n\n"
        for number in range(jobs)
    )


def noise(side: int, *, deflated: bool = True) -> bytes:
    """A square PNG of noise, which nothing makes smaller.

    Args:
        side: pixels.
        deflated: tried to make smaller all the same.
    """
    from io import BytesIO  # noqa: PLC0415 - with Pillow

    from PIL import Image  # noqa: PLC0415 - for what draws only

    file, pixels = BytesIO(), random.Random(side).randbytes(3 * side * side)
    Image.frombytes("RGB", (side, side), pixels).save(file, "PNG", compress_level=6 if deflated else 0)
    return file.getvalue()
