"""The benchmarks: `python -m benchmarks`, from the root of a checkout, prints a table of ratios."""

from __future__ import annotations

import argparse
import sys

from benchmarks import asking, keystrokes, rows, runs
from benchmarks.processes import MeasurementError
from benchmarks.table import header, render

_PARTS = {
    "speed": rows.speed,
    "memory": rows.memory,
    "start": rows.start,
    "fake": rows.fake,
    "typing": keystrokes.typing,
    "asking": asking.asking,
    "runs": runs.runs,
    "nasty": rows.nasty_asked,
    "found": rows.nasty_found,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure storyscript; print ratios.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(_PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller inputs; noisier")
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in _PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(_PARTS)}")

    print(header())
    good = count = 0
    failed = False
    for part in arguments.parts or _PARTS:
        try:
            for row in _PARTS[part](quick=arguments.quick):
                print(render(row), flush=True)
                count += 1
                good += row.good
        except MeasurementError as error:
            print(f"benchmarks: {part}: {error}", file=sys.stderr)
            failed = True
    print(f"\n{good} of {count} meet their target.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
