"""One measurement, in this process: `python -m benchmarks.child NAME ARGUMENT…` prints it as JSON.

Started by `benchmarks.processes`, so that every measurement has a process of its own.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
import tracemalloc
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from benchmarks.inputs import LAYOUTS, MEGABYTE, SCENES, screenplay, story
from benchmarks.measure import best_seconds, compare
from benchmarks.nasty import ASKED, FOUND
from benchmarks.scanner import scan

import storyscript
from storyscript.syntax.layout import edits
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable

_KIBIBYTE: Final = 1024


def against_screenplain(rounds: int) -> dict[str, Any]:
    """Compiling a story, and screenplain's parsing of a screenplay of the same size."""
    fountain = import_module("screenplain.parsers.fountain")
    ours, theirs = story(SCENES), screenplay(MEGABYTE)
    _require_flawless(ours)
    found = compare(lambda: storyscript.compile(ours), lambda: fountain.parse(io.StringIO(theirs)), rounds)
    return {**asdict(found), "sizes": (len(ours), len(theirs))}


def against_scanner(rounds: int) -> dict[str, Any]:
    """Parsing by the grammar, and by hand; both without the garbage collector, as `compile` parses."""
    text = story(SCENES)
    if parse(text) != scan(text):
        raise AssertionError("the scanner by hand builds another tree than the parser")
    gc.disable()
    return {**asdict(compare(lambda: parse(text), lambda: scan(text), rounds)), "sizes": (len(text), len(text))}


def layout_against_parse(rounds: int, layout: str) -> dict[str, Any]:
    """Finding what is to be changed in a parsed story's layout, and its parse; see `benchmarks.inputs.LAYOUTS`."""
    text = LAYOUTS[layout](story(SCENES))
    tree = parse(text)
    gc.disable()
    found = compare(lambda: edits(text, tree), lambda: parse(text), rounds)
    return {**asdict(found), "sizes": (len(text), len(text)), "edits": len(edits(text, tree))}


def ten_times_the_scenes(rounds: int) -> dict[str, Any]:
    """Compiling 100,000 scenes, and ten times 10,000: both sides take as long, so both have their share of noise."""
    long, short = story(10 * SCENES), story(SCENES)
    _require_flawless(long)

    def ten_times() -> None:
        for _ in range(10):
            storyscript.compile(short)

    return {**asdict(compare(lambda: storyscript.compile(long), ten_times, rounds)), "sizes": (len(long), len(short))}


def memory(scenes: int) -> dict[str, Any]:
    """The peak of what compiling a story allocates, its text not counted, and by how much the process grows."""
    text = story(scenes)
    _warm_up()
    tracemalloc.start()
    storyscript.compile(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"size": len(text), "peak": peak}


def nasty(name: str, size: int, most: int) -> dict[str, Any]:
    """Compiling one of the nasty inputs: the best time, and by how much the process grows."""
    text = {**ASKED, **FOUND}[name](size)
    _warm_up()
    before = _resident()
    seconds = best_seconds(lambda: storyscript.compile(text), enough=0.3, most=most)
    return {"size": len(text.encode()), "seconds": seconds, "growth": _resident() - before}


def downloads(base_url: str, files: int, rounds: int, folder: str) -> dict[str, Any]:
    """Fetching files as a run does it, and by bare calls; see `benchmarks.downloads`."""
    # Not above: what it loads would be counted as others' memory.
    found: dict[str, Any] = import_module("benchmarks.downloads").measure(base_url, files, rounds, folder)
    return found


def _require_flawless(text: str) -> None:
    problems = storyscript.compile(text).problems
    if problems:
        raise AssertionError(f"the story to measure by has a problem: {problems[0].message}")


def _warm_up() -> None:
    """Import what compiling imports and build the parser's tables."""
    storyscript.compile("scene [NC]\n  snow falls\n")
    gc.collect()


def _resident() -> int:
    """The most memory that this process had resident so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * _KIBIBYTE


MEASUREMENTS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "against-screenplain": against_screenplain,
    "against-scanner": against_scanner,
    "layout-against-parse": layout_against_parse,
    "ten-times-the-scenes": ten_times_the_scenes,
    "memory": memory,
    "nasty": nasty,
    "downloads": downloads,
}


def main(name: str, *arguments: str) -> None:
    values = [int(argument) if argument.isdecimal() else argument for argument in arguments]
    print(json.dumps(MEASUREMENTS[name](*values)))


if __name__ == "__main__":
    main(*sys.argv[1:])
