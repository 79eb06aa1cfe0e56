"""The rows of the table: what is measured, and what it should come to."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.inputs import LAYOUTS, SCENES, story
from benchmarks.measure import Comparison
from benchmarks.nasty import ASKED, FOUND
from benchmarks.processes import StoppedError, measured, seconds_to_first_line, whole_process_seconds
from benchmarks.table import Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEGABYTE: Final = 1_000_000
_MOST_TIMES: Final = 20
"""What ten times the input may cost, in times of the input."""

_PATIENCE: Final = 15
"""Seconds after which even the smaller of two inputs is given up."""


def speed(*, quick: bool) -> Iterator[Row]:
    """Compiling against screenplain, parsing against a scanner by hand, and growth with the story."""
    found = measured("against-screenplain", 3 if quick else 8)
    ours, theirs = _comparison(found).best
    speeds = found["sizes"][0] / ours / _MEGABYTE, found["sizes"][1] / theirs / _MEGABYTE
    scale = found["sizes"][0] / found["sizes"][1]
    low, high = _comparison(found).spread
    yield Row(
        what="compile() a story : screenplain parses as much, MB/s",
        ratio=speeds[0] / speeds[1],
        side=Side.AT_LEAST,
        target=1.5,
        aim=2.5,
        spread=(scale / high, scale / low),
        seen=f"{speeds[0]:.2f} : {speeds[1]:.2f} MB/s",
    )

    found = measured("against-scanner", 4 if quick else 12)
    first, second = _comparison(found).best
    yield Row(
        what="parse() : a scanner by hand, time",
        ratio=first / second,
        side=Side.AT_MOST,
        target=4,
        spread=_comparison(found).spread,
        seen=f"{found['sizes'][0] / first / _MEGABYTE:.2f} : {found['sizes'][0] / second / _MEGABYTE:.2f} MB/s",
    )

    for layout in LAYOUTS:
        found = measured("layout-against-parse", 4 if quick else 12, layout)
        first, second = _comparison(found).best
        yield Row(
            what=f"layout edits, {layout} : parse(), time",
            ratio=first / second,
            side=Side.AT_MOST,
            target=0.5,
            spread=_comparison(found).spread,
            seen=f"{first * 1000:.0f} : {second * 1000:.0f} ms, {found['edits']} edits",
        )

    found = measured("ten-times-the-scenes", 1 if quick else 2)
    first, ten = _comparison(found).best
    low, high = _comparison(found).spread
    yield Row(
        what="compile() 100,000 scenes : 10,000, time",
        ratio=10 * first / ten,
        side=Side.AT_MOST,
        target=11.5,
        spread=(10 * low, 10 * high),
        seen=f"{first:.2f} : {ten / 10:.3f} s",
    )


def memory(*, quick: bool) -> Iterator[Row]:
    """The most memory that compiling takes."""
    for scenes in (SCENES,) if quick else (SCENES, 10 * SCENES):
        found = measured("memory", scenes)
        yield Row(
            what=f"compile() {found['size'] / _MEGABYTE:.0f} MB : its text, peak memory",
            ratio=found["peak"] / found["size"],
            side=Side.AT_MOST,
            target=20,
            seen=f"{found['peak'] / _MEGABYTE:.1f} MB",
        )


def start(*, quick: bool) -> Iterator[Row]:
    """A whole `storyscript build` of a story of 100 scenes."""
    script = Path(sysconfig.get_path("scripts"), "storyscript")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "story.story")
        path.write_text(story(100), "utf-8")
        build = [sys.executable, str(script), "build", str(path)]
        nothing = [sys.executable, "-c", "pass"]
        for command in (build, nothing):
            whole_process_seconds(command)  # what is read from the disk is read, and compiled to bytecode
        rounds = range(5 if quick else 20)
        pairs = [(whole_process_seconds(build), whole_process_seconds(nothing)) for _ in rounds]
    found = Comparison(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
    first, second = found.best
    yield Row(
        what="storyscript build, 100 scenes : python -c pass, time",
        ratio=found.ratio,
        side=Side.AT_MOST,
        target=12,
        aim=9,
        spread=found.spread,
        seen=f"{first * 1000:.0f} : {second * 1000:.1f} ms",
    )


def fake(*, quick: bool) -> Iterator[Row]:
    """`storyscript fake`, from the start of its process to its first line, which says that it listens."""
    script = Path(sysconfig.get_path("scripts"), "storyscript")
    serve = [sys.executable, str(script), "fake"]
    nothing = [sys.executable, "-c", "print()"]
    for command in (serve, nothing):
        seconds_to_first_line(command)
    rounds = range(5 if quick else 20)
    pairs = [(seconds_to_first_line(serve), seconds_to_first_line(nothing)) for _ in rounds]
    found = Comparison(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
    first, second = found.best
    yield Row(
        what="storyscript fake listens : python prints, wall clock",
        ratio=found.ratio,
        side=Side.AT_MOST,
        target=40,
        spread=found.spread,
        seen=f"{first * 1000:.0f} : {second * 1000:.1f} ms",
    )


def nasty_asked(*, quick: bool) -> Iterator[Row]:
    """Inputs of one thing: 10 MB against 1 MB."""
    size = _MEGABYTE // 10 if quick else _MEGABYTE
    for name in ASKED:
        yield _growth(name, size)


def nasty_found(*, quick: bool) -> Iterator[Row]:
    """Further inputs of one thing: 500 KB against 50 KB."""
    size = _MEGABYTE // (50 if quick else 20)
    for name in FOUND:
        yield _growth(name, size)


def _growth(name: str, size: int) -> Row:
    what = f"{name}: {_size(10 * size)} : {_size(size)}, time"
    try:
        small = measured("nasty", name, size, 5, seconds=_PATIENCE)
    except StoppedError as stopped:
        return Row(what=what, ratio=None, side=Side.AT_MOST, target=_MOST_TIMES, seen=f"{_size(size)}: {stopped}")
    # Somewhat more than the target allows; beyond that there is nothing left to find out.
    limit = round(1.5 * _MOST_TIMES * small["seconds"]) + 5
    try:
        large = measured("nasty", name, 10 * size, 3, seconds=limit)
    except StoppedError as stopped:
        seen = f"{stopped} : {small['seconds']:.3f} s"
        return Row(what=what, ratio=None, side=Side.AT_MOST, target=_MOST_TIMES, seen=seen)
    memory_times = large["growth"] / large["size"]
    return Row(
        what=what,
        ratio=large["seconds"] / max(small["seconds"], 1e-4),  # a clock may show nothing
        side=Side.AT_MOST,
        target=_MOST_TIMES,
        seen=f"{large['seconds']:.2f} : {small['seconds']:.3f} s, memory {memory_times:.0f} x its text",
    )


def _comparison(found: dict[str, Any]) -> Comparison:
    return Comparison(tuple(found["first"]), tuple(found["second"]))


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:g} MB" if size >= _MEGABYTE else f"{size / 1000:.0f} KB"
