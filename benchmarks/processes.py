"""Fresh processes: for what must not see what was measured before it, and for what is itself a process."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any, Final

MOST_MEMORY: Final = 6 * 1024**3
"""Bytes of address space that a measurement may take before it is stopped."""


class MeasurementError(Exception):
    """A measurement could not be made."""


class StoppedError(Exception):
    """What was measured took more time or memory than it was given."""


def measured(name: str, *arguments: str | int, seconds: float | None = None) -> dict[str, Any]:
    """Take a measurement of `benchmarks.child` in a fresh process.

    Args:
        name: which.
        arguments: what it asks for.
        seconds: by the clock on the wall, that it may take. A limit of processor time (`RLIMIT_CPU`) would make
            Linux count that time in ticks of milliseconds.

    Raises:
        StoppedError: it took more than that, or than `MOST_MEMORY`.
        MeasurementError: it did not come to an end.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    command = [sys.executable, "-m", "benchmarks.child", name, *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise StoppedError(f"more than {seconds} s") from None
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        if last.startswith("MemoryError"):
            raise StoppedError(f"more than {MOST_MEMORY / 1024**3:.0f} GiB")
        raise MeasurementError(f"{' '.join(command[2:])}: {last or f'exit code {done.returncode}'}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def whole_process_seconds(command: list[str]) -> float:
    """The processor time of a command from its start to its end, user and system, its output thrown away.

    Raises:
        MeasurementError: it failed.
    """
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise MeasurementError(f"{' '.join(command)}: exit code {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def seconds_to_first_line(command: list[str]) -> float:
    """The time on the wall from a command's start to the end of its first line; then it is stopped.

    Raises:
        MeasurementError: it printed none.
    """
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else b""
        seconds = time.perf_counter() - begun
        process.terminate()
    if not line.endswith(b"\n"):
        raise MeasurementError(f"{' '.join(command)}: it printed no line")
    return seconds
