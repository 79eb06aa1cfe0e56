"""`storyscript fake` and `storyscript run`, each a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from end_to_end.processes import PROGRAM, environment, fake, storyscript

pytestmark = [pytest.mark.real_socket, pytest.mark.slow, pytest.mark.usefixtures("socket_enabled")]

ANY = {"WIRO_API_KEY": "any", "WIRO_API_SECRET": "thing"}
STORY = """\
title: Two leads
size: 256
seed: 7
character Mira
  a girl, red scarf
character Tom
  an old man
scene a
  walks home
scene tom
  lead: Tom
  sits
  caption: Late.
event
  snow
"""


def panels(home: Path, out: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / out / "a/panels").iterdir()}


def post(base_url: str, path: str, **fields: object) -> dict[str, Any]:
    found = httpx.post(f"{base_url}{path}", json=fields, timeout=60, trust_env=False).json()
    assert isinstance(found, dict)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "a.story").write_text(STORY, "utf-8")
    return tmp_path


@pytest.mark.parametrize("speed", ["0", "0.1"])
def test_a_story_is_drawn_as_offline(home: Path, speed: str) -> None:
    assert storyscript(home, "run", "--offline", "a.story", "--out", "offline").returncode == 0
    with fake(home, "--speed", speed) as server:
        done = storyscript(home, "run", "--yes", "a.story", "--out", "online", **ANY, WIRO_BASE_URL=server.base_url)
        assert (done.returncode, "3 panels" in done.stdout) == (0, True), done.stderr
        assert panels(home, "online") == panels(home, "offline")
        assert len(panels(home, "online")) == 3
        runs = server.ledger()
        assert [entry["taskid"] for entry in runs] == ["2221", "2222"]
        assert {entry["status"] for entry in runs} == {"task_postprocess_end"}
        assert all(entry["charged"] > 0 for entry in runs)
        plan = json.loads(storyscript(home, "build", "a.story").stdout)
        assert sorted(entry["parameters"]["prompt"] for entry in runs) == sorted(job["prompt"] for job in plan)
        # Once more costs nothing: it is there already.
        again = storyscript(home, "run", "--yes", "a.story", "--out", "online", **ANY, WIRO_BASE_URL=server.base_url)
        assert again.returncode == 0
        assert len(server.ledger()) == 2
        assert server.stop() == (0, "", "")


def test_wrong_credentials(home: Path) -> None:
    account = {"WIRO_API_KEY": "k", "WIRO_API_SECRET": "s"}
    with fake(home, "--key", "k", "--secret", "s", "--speed", "0") as server:
        for wrong in (
            {"WIRO_API_KEY": "x", "WIRO_API_SECRET": "s"},
            {"WIRO_API_KEY": "k", "WIRO_API_SECRET": "x"},
            {"WIRO_API_KEY": "k"},
        ):
            done = storyscript(home, "run", "--yes", "a.story", **wrong, WIRO_BASE_URL=server.base_url)
            assert done.returncode == 3
        assert server.ledger() == []
        assert storyscript(home, "run", "--yes", "a.story", **account, WIRO_BASE_URL=server.base_url).returncode == 0


def test_a_key_alone(home: Path) -> None:
    with fake(home, "--key", "k", "--speed", "0") as server:
        done = storyscript(home, "run", "--yes", "a.story", WIRO_API_KEY="k", WIRO_BASE_URL=server.base_url)
        assert done.returncode == 0
        done = storyscript(home, "run", "--yes", "a.story", "--out", "x", **ANY, WIRO_BASE_URL=server.base_url)
        assert done.returncode == 3


def test_the_balance_limits_how_many_run_at_once(home: Path) -> None:
    with fake(home, "--balance", "20", "--speed", "1000") as server:
        run = "/Run/wiro/story-diffusion-advanced"
        assert [post(server.base_url, run, generalPrompt="runs")["result"] for _ in range(2)] == [True, True]
        assert post(server.base_url, run, generalPrompt="runs")["errors"] == [
            {
                "code": 96,
                "message": "You have reached your concurrent task limit. With your current balance of $20.00, you can "
                "run up to 2 tasks at the same time. Add funds to increase your limit.",
            }
        ]
        post(server.base_url, "/Task/Cancel", taskid="2221")
        assert post(server.base_url, run, generalPrompt="runs")["taskid"] == "2223"


def test_faults_by_option_and_what_a_run_makes_of_them(home: Path) -> None:
    faults = ["--fault", "http-503:2/Task/Detail", "--fault", "truncated:1/files"]
    with fake(home, "--speed", "0", "--seed", "7", *faults) as server:
        done = storyscript(home, "run", "--yes", "a.story", **ANY, WIRO_BASE_URL=server.base_url)
        told = httpx.get(f"{server.origin}/__fake__/faults", trust_env=False).json()
        assert (told["ordered"], told["happened"]) == ([], {"http-503": 2, "truncated": 1})
        assert len(server.ledger()) == 2
        assert (done.returncode, len(panels(home, "out"))) == (0, 3), done.stderr


def test_chances_are_the_same_with_the_same_seed(home: Path) -> None:
    found = []
    for seed in ("3", "3", "4"):
        with fake(home, "--speed", "0", "--seed", seed, "--fault", "code-96@0.5") as server:
            answers = [
                post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="x") for _ in range(24)
            ]
            found.append([answer["result"] for answer in answers])
    assert found[0] == found[1] != found[2]


def test_time_that_stands_still(home: Path) -> None:
    with fake(home, "--clock", "virtual") as server:
        post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs")
        assert server.ledger()[0]["status"] == "task_queue"
        moved = post(server.origin, "/__fake__/clock", advance=6)
        assert moved == {"now": 1_700_000_006.0, "clock": "virtual"}
        assert server.ledger()[0]["status"] == "task_postprocess_end"


def test_a_picture_for_all_frames(home: Path) -> None:
    (home / "p.png").write_bytes(b"\x89PNG" + bytes(1_000_000))
    with fake(home, "--speed", "0", "--picture", str(home / "p.png")) as server:
        post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs | sits")
        [task] = post(server.base_url, "/Task/Detail", taskid="2221")["tasklist"]
        for output in task["outputs"]:
            assert output["size"] == "1000004"
            assert httpx.get(output["url"], trust_env=False).content == (home / "p.png").read_bytes()


def test_a_session_is_recorded_and_replayed(home: Path) -> None:
    account = {"WIRO_API_KEY": "key-of-mine-1", "WIRO_API_SECRET": "secret-of-mine-1"}
    words = ["--key", "key-of-mine-1", "--secret", "secret-of-mine-1"]
    with fake(home, "--speed", "0", "--record", str(home / "tape.jsonl"), *words) as server:
        done = storyscript(home, "run", "--yes", "a.story", "--out", "x", **account, WIRO_BASE_URL=server.base_url)
        assert done.returncode == 0, done.stderr
        token = post(server.base_url, "/Task/Detail", taskid="2221")
        assert token["result"] is False
    text = (home / "tape.jsonl").read_text("utf-8")
    assert "key-of-mine-1" not in text
    assert "secret-of-mine-1" not in text
    assert '"x-signature": "<signature-1>"' in text
    with fake(home, "--replay", str(home / "tape.jsonl")) as server:
        done = storyscript(home, "run", "--yes", "a.story", "--out", "y", **ANY, WIRO_BASE_URL=server.base_url)
        assert done.returncode == 0, done.stderr
        assert panels(home, "y") == panels(home, "x")
        assert server.ledger() == []
        again = post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs")
        message = "the recording holds no POST /v1/Run/wiro/story-diffusion-advanced with this body, or no further one"
        assert again["errors"] == [{"code": 0, "message": message}]
        assert server.stop() == (0, "", f"storyscript: fake: {message}\n")


def test_speed_1_takes_about_six_seconds(home: Path) -> None:
    with fake(home) as server:
        begun = time.monotonic()
        post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs")
        while server.ledger()[0]["status"] != "task_postprocess_end":
            time.sleep(0.1)
        assert 5.5 < time.monotonic() - begun < 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_two_lines_and_a_clean_end(home: Path, number: int) -> None:
    with fake(home) as server:
        port = server.base_url.removeprefix("http://127.0.0.1:").removesuffix("/v1")
        assert server.base_url == f"http://127.0.0.1:{port}/v1"
        assert server.socket_url == f"ws://127.0.0.1:{port}/v1"
        assert int(port) > 0
        # A client with its connection open, and one in the middle of a request.
        with socket.create_connection(("127.0.0.1", int(port))) as idle:
            idle.sendall(b"POST /v1/Task/Detail HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n{")
            time.sleep(0.2)
            assert server.stop(number) == (0, "", "")


def test_only_the_loopback_hears_it(home: Path) -> None:
    with fake(home) as server:
        port = int(server.base_url.rpartition(":")[2].removesuffix("/v1"))
        inodes = set()
        for path in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
            for line in path.read_text("ascii").splitlines()[1:] if path.exists() else []:
                _, local, _, state, *_ = line.split()
                if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                    inodes.add(local.rpartition(":")[0])
        assert inodes in ({"0100007F"}, set())


@pytest.mark.skipif(sys.platform != "linux", reason="another process is given a limit as Linux does it")
def test_without_file_descriptors_it_says_nothing_and_goes_on(home: Path) -> None:
    import resource  # noqa: PLC0415 - not there on every system

    with fake(home) as server, contextlib.ExitStack() as stack:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (32, 32))
        port = int(server.base_url.rpartition(":")[2].removesuffix("/v1"))
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        time.sleep(1.5)  # asyncio tries again each second
        stack.close()
        assert post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs")["result"] is True
        assert server.stop() == (0, "", "")


def test_a_port_that_is_taken(home: Path) -> None:
    with fake(home) as server:
        port = server.base_url.rpartition(":")[2].removesuffix("/v1")
        done = storyscript(home, "fake", "--port", port)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"storyscript: port {port} is taken: stop what listens there, or take another (0 for whichever is free)\n"
        )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--port", "65536"], "a port is a whole number from 0 to 65535, not `65536`"),
        (["--port", "-1"], "a port is a whole number from 0 to 65535, not `-1`"),
        (["--port", "http"], "a port is a whole number from 0 to 65535, not `http`"),
        (["--speed", "-1"], "a number from 0 on, not `-1`"),
        (["--speed", "nan"], "a number from 0 on, not `nan`"),
        (["--speed", "fast"], "a number from 0 on, not `fast`"),
        (["--balance", "inf"], "a number from 0 on, not `inf`"),
        (["--fault", "rest"], "`--fault`: there is no fault `rest`: did you mean `reset`? There are refused,"),
        (["--fault", "bomb/Run"], "`bomb` cannot happen at `/Run`, only at /files"),
        (["--fault", "reset@2"], "a probability is above 0 and at most 1, not 2"),
        (["--seed", "x"], "a seed is a whole number from 0 on, not `x`"),
        (["--clock", "fast"], "'fast'"),
        (["--picture", "none.png"], "cannot read `none.png`: No such file or directory"),
        (
            ["--replay", "a", "--record", "b"],
            "`--replay` answers from its file alone; leave out `--record` and `--fault`",
        ),
        (["--secret", "s"], "`--secret` goes with a `--key`"),
        (["--key", ""], "`--key` and `--secret` may not be empty"),
        (["--prot", "1"], "did you mean `--port`?"),
        (["8080"], "8080"),
    ],
)
def test_wrong_use_is_one_line(home: Path, words: list[str], says: str) -> None:
    done = storyscript(home, "fake", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.startswith("storyscript: fake: ")
    assert done.stderr.count("\n") == 1


def test_a_port_of_the_systems_own(home: Path) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("whoever runs this may take any port")
    done = storyscript(home, "fake", "--port", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "storyscript: cannot listen on port 1: Permission denied\n"


def test_whoever_reads_the_lines_may_go(home: Path) -> None:
    # Nobody reads the output: that is an end like any other, without a traceback.
    process = subprocess.Popen(
        [*PROGRAM, "fake"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(home)
    )
    assert process.stdout is not None
    process.stdout.close()
    try:
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        with process.stderr as complaints:
            assert complaints.read() == ""
    finally:
        process.kill()


def test_two_servers_share_no_token(home: Path) -> None:
    tokens = set()
    for _ in range(2):
        with fake(home) as server:
            accepted = post(server.base_url, "/Run/wiro/story-diffusion-advanced", generalPrompt="runs")
            tokens.add(accepted["socketaccesstoken"])
    assert len(tokens) == 2


def test_what_the_page_shows_of_a_run(home: Path) -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs/fake.md").read_text("utf-8")
    with fake(home, "--speed", "0.5") as server:
        address = server.base_url.removeprefix("http://")
        assert f"{server.base_url}\n{server.socket_url}\n" in page.replace("127.0.0.1:8123/v1", address)
        example = str(root / "examples/policeman.story")
        done = storyscript(home, "run", "--yes", example, **ANY, WIRO_BASE_URL=server.base_url)
        assert f"$ storyscript run --yes examples/policeman.story\n{done.stderr}{done.stdout}```" in page
