"""A real process whose system calls fail, or that is killed at one; all of them: `python -m benchmarks.crash_sweep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crashes import tracing
from crashes.tracing import Injection
from end_to_end.killed import Home
from end_to_end.processes import fake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from end_to_end.processes import Fake

_WHY_NOT = tracing.why_not()

pytestmark = [
    pytest.mark.real_socket,
    pytest.mark.slow,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(_WHY_NOT is not None, reason=_WHY_NOT or ""),
]

INJECTIONS = [
    Injection("write", "error=ENOSPC", 4, ledger_only=True),
    Injection("fsync", "error=EIO", 3, ledger_only=True),
    Injection("rename", "error=ENOSPC", 3),
    Injection("write", "signal=KILL", 3, ledger_only=True),
    Injection("sendto", "signal=KILL", 3),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with fake(tmp_path_factory.mktemp("fake"), "--speed", "0") as server:
        yield server


@pytest.mark.parametrize("number", range(len(INJECTIONS)), ids=lambda number: str(INJECTIONS[number]))
def test_nothing_is_paid_twice_and_nothing_lost(tmp_path: Path, server: Fake, number: int) -> None:
    assert tracing.run_into(Home(tmp_path, server, 200 + number), INJECTIONS[number])
