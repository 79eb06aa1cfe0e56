"""What is done to the program from outside, by pipes, folders and files: nothing is paid twice, and it says so."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import IO, TYPE_CHECKING

import pytest

from end_to_end.killed import Home, end
from end_to_end.processes import PATIENCE, PROGRAM, environment, fake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from end_to_end.processes import Fake

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with fake(tmp_path_factory.mktemp("fake"), "--speed", "0.02") as server:
        yield server


def run_into(home: Home, results: int | IO[str], *words: str) -> subprocess.CompletedProcess[str]:
    """A run whose standard output is this."""
    return subprocess.run(
        [*PROGRAM, "run", "--yes", *words, "a.story"],
        stdin=subprocess.DEVNULL,
        stdout=results,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=home.path,
        env=environment(home.path, **home.variables),
        timeout=PATIENCE,
    )


@pytest.fixture
def nobody() -> Iterator[int]:
    """A pipe that is not read any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("words", [["--json"], []])
def test_nobody_reads_the_results(tmp_path: Path, server: Fake, nobody: int, words: list[str]) -> None:
    home = Home(tmp_path, server, 200 + len(words))
    assert run_into(home, nobody, *words).returncode == 0
    home.judge()


def test_the_exit_code_tells_of_a_failed_task_though_nobody_reads_the_results(tmp_path: Path, nobody: int) -> None:
    with fake(tmp_path, "--speed", "0", "--fault", "fails@1") as server:
        assert run_into(Home(tmp_path / "home", server, 1), nobody).returncode == 4


@pytest.mark.parametrize("words", [["--json"], []])
def test_a_full_disk_does_not_take_the_results(tmp_path: Path, server: Fake, words: list[str]) -> None:
    home = Home(tmp_path, server, 210 + len(words))
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        done = run_into(home, full, *words)
    assert done.returncode == 6
    assert done.stderr.splitlines()[-1] == "storyscript: cannot write the output: No space left on device"
    home.judge()


def test_a_terminal_that_goes_away_ends_the_work_in_good_order(tmp_path: Path) -> None:
    """The Run that has left is waited for, though the shell and the system both say it: its task is in the ledger."""
    with fake(tmp_path, "--speed", "0", "--fault", "slow/Run") as server:
        home = Home(tmp_path / "home", server, 1)
        process = home.begin("run", "--yes", "--jobs", "1", "a.story")
        home.wait_for("intended")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
        assert end(process, signal.SIGHUP)[0] == 130
        assert [line["step"] for line in home.steps()] == ["intended", "accepted"]
        assert home.recover() == [0]


def test_a_run_under_nohup_outlives_the_terminal(tmp_path: Path) -> None:
    with fake(tmp_path, "--speed", "0.02", "--fault", "slow/Run") as server:
        home = Home(tmp_path / "home", server, 1)
        process = home.begin("run", "--yes", "a.story", under=["nohup"])
        home.wait_for("intended")
        assert end(process, signal.SIGHUP)[0] == 0
        home.judge()
