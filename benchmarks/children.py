"""Tests in a child of this process, which ends with them: whatever they do to it, this one stays as it is."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

_MOST_SECONDS: Final = 60.0
_MOST_PROCESSOR_SECONDS: Final = 25
_MOST_MEMORY: Final = 3 << 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """What some tests said.

    Attributes:
        is_killed: one of them failed, or they did not come to an end.
        killer: the id of the one that failed, or None.
        count: how many there were.
    """

    is_killed: bool
    killer: str | None
    count: int


class _Failures:
    """Hears of tests that fail."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.found.append(report.nodeid)


def run_tests(
    items: Sequence[pytest.Item], *, each: Callable[[str], None] | None = None, go_on: bool = False
) -> list[str]:
    """Run tests in this process; the ids of those that failed, at most one where it does not go on."""
    failures = _Failures()
    if items:
        items[0].config.pluginmanager.register(failures)
    for index, item in enumerate(items):
        if each is not None:
            each(item.nodeid)
        following = items[index + 1] if index + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failures.found and not go_on:
            break
    return failures.found


def answer_of_a_child(
    work: Callable[[], object], *, seconds: float = _MOST_SECONDS, busy: int = _MOST_PROCESSOR_SECONDS
) -> object | None:
    """What a function gives that runs in a child; None where the child dies or takes too long.

    Args:
        work: the function.
        seconds: how long it may take.
        busy: how many seconds of a processor.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, writing, busy)
    os.close(writing)
    try:
        answer = _all_of(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.killpg(child, signal.SIGKILL) if _leads_a_group(child) else os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None  # noqa: S301 - from a child of ours


def in_a_child(items: Sequence[pytest.Item], *, before: Callable[[], None] | None = None) -> Verdict:
    """Run tests in a child until one fails.

    Args:
        items: the tests.
        before: what the child does first.
    """
    if not items:
        return Verdict(is_killed=False, killer=None, count=0)

    def work() -> list[str]:
        if before is not None:
            before()
        return run_tests(items)

    failed = answer_of_a_child(work)
    if not isinstance(failed, list):
        return Verdict(is_killed=True, killer=None, count=len(items))
    return Verdict(bool(failed), failed[0] if failed else None, len(items))


def _be_the_child(work: Callable[[], object], writing: int, busy: int) -> None:
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nowhere, handle)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + busy
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        data = pickle.dumps(work())
        while data:
            data = data[os.write(writing, data) :]
    except BaseException:  # noqa: BLE001 - whatever it is must not go on into the parent's stack
        traceback.print_exc()
    finally:
        os._exit(0)


def _all_of(handle: int, until: float) -> bytes:
    data = bytearray()
    while (left := until - time.monotonic()) > 0 and select.select([handle], [], [], left)[0]:
        piece = os.read(handle, 1 << 16)
        if not piece:
            return bytes(data)
        data += piece
    return b""


def _leads_a_group(child: int) -> bool:
    try:
        return os.getpgid(child) == child
    except ProcessLookupError:
        return False
