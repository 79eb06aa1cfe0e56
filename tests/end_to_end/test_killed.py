"""Processes that are killed, interrupted, or in each other's way: nothing is paid twice, and nothing is lost."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from end_to_end.killed import LEADS, Home, end
from end_to_end.processes import PATIENCE, fake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from end_to_end.processes import Fake

pytestmark = [pytest.mark.real_socket, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with fake(tmp_path_factory.mktemp("fake"), "--speed", "0.02") as server:
        yield server


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Home]:
    """A service whose time stands still, so that no task ends."""
    with fake(tmp_path, "--clock", "virtual") as server:
        yield Home(tmp_path / "home", server, 1)


def advance(home: Home) -> None:
    httpx.post(f"{home.server.origin}/__fake__/clock", json={"advance": 60}, timeout=PATIENCE, trust_env=False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_run_and_a_resume_killed_at_some_moment(tmp_path: Path, server: Fake, seed: int) -> None:
    home, chance = Home(tmp_path, server, 100 + seed), random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    process = home.begin("run", "--yes", "a.story")
    home.wait_for("intended")
    time.sleep(chance.uniform(0, 0.3))
    end(process)
    process = home.begin("resume")
    time.sleep(chance.uniform(0.3, 0.8))
    end(process)
    home.recover()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_submits_nothing_more_and_says_what_goes_on(held: Home, number: int) -> None:
    process = held.begin("run", "--yes", "--jobs", "1", "a.story")
    held.wait_for("accepted")
    code, said = end(process, number)
    assert code == 130
    assert said.splitlines()[-1] == (
        "storyscript: interrupted: 1 task under way at the service, 1 job not submitted; `storyscript resume out` "
        "fetches what there is, submits the rest (with `--fetch-only` it does not), and pays nothing twice"
    )
    assert len(held.runs()) == 1
    assert [line["step"] for line in held.steps()] == ["intended", "accepted"]
    # `resume` goes on with both: the one that is under way, and the one that was agreed to.
    advance(held)
    process = held.begin("resume")
    held.wait_for("accepted", 2)
    advance(held)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    held.judge()


def test_a_second_interruption_ends_it_at_once(tmp_path: Path) -> None:
    """The first waits for the answer of a Run that has left; whoever has no time for that loses nothing either."""
    with fake(tmp_path, "--speed", "0", "--fault", "timeout/Run") as server:
        home = Home(tmp_path / "home", server, 1)
        process = home.begin("run", "--yes", "--jobs", "1", "a.story")
        home.wait_for("intended")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        begun = time.monotonic()
        assert end(process, signal.SIGINT)[0] == 130
        assert time.monotonic() - begun < 20  # a Run has a minute to be answered
        assert home.runs() == []
        assert home.recover() == [5, 0]


def test_two_processes_in_one_folder(held: Home) -> None:
    process = held.begin("run", "--yes", "a.story")
    held.wait_for("accepted", len(LEADS))
    before = held.steps()
    for words in (["run", "--yes", "a.story"], ["resume"]):
        second = held.do(*words)
        assert second.returncode == 5
        assert "another run is at work in `out/a`" in second.stderr
        assert "nothing was submitted" in second.stderr
    assert held.steps() == before
    assert len(held.runs()) == len(LEADS)
    advance(held)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    held.judge()


def test_submitted_by_one_process_and_fetched_by_another(held: Home) -> None:
    assert held.do("run", "--yes", "--detach", "a.story").returncode == 0
    assert len(held.runs()) == len(LEADS)
    advance(held)
    assert held.recover() == [0]
