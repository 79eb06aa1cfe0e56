"""The script against the fake on a real socket: what lies on the disk, and what was charged."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rendering.offline import TWO_LEADS, draw, files
from storyscript import protocol
from storyscript.cli import main
from storyscript.fake import Account, Machine, faults
from storyscript.fake.serving.server import FakeServer
from storyscript.fake.tasks import TaskRecord
from targets.scripts import BASH, KEY, SECRET, STORY, bash, environment, needs_programs, script_of, stub_curl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.real_socket,
    pytest.mark.slow,
    pytest.mark.usefixtures("socket_enabled"),
    needs_programs,
]

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


class Service:
    """A machine that is served, and the address of its API."""

    def __init__(self, machine: Machine, base: str) -> None:
        self.machine = machine
        self.base = base

    @property
    def charges(self) -> list[object]:
        runs = self.machine.ledger()["runs"]
        assert isinstance(runs, list)
        return [run["charged"] for run in runs]


@pytest.fixture
def service() -> Iterator[Service]:
    machine = Machine(account=Account(KEY, SECRET, strict_nonce=True), speed=0, draw=draw)
    with FakeServer(machine) as server:
        yield Service(machine, server.base_url)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    return tmp_path


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextlib.contextmanager
def started(folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """The script as a process group of its own, which is gone at the end."""
    with subprocess.Popen(
        [BASH, "a.sh"],
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


# ---- what it makes -------------------------------------------------------------------------------------------


def test_panels_are_those_of_a_run_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    story = "examples/lamp.story"
    assert main(["run", "--offline", story, "--set", "size=256"]) == 0
    assert main(["build", "--emit", "curl", story, "--set", "size=256", "-o", "lamp.sh"]) == 0
    machine = Machine(account=Account(KEY, SECRET, strict_nonce=True), speed=0.2)
    with FakeServer(machine) as server:
        done = subprocess.run(
            [str(tmp_path / "lamp.sh")], env=environment(server.base_url), capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    panels = files(Path("out/lamp/panels"))
    assert len(panels) == 6
    assert files(Path("out-curl/lamp/panels")) == panels
    for name in panels:
        assert (Path("out-curl/lamp/panels") / name).read_bytes() == (Path("out/lamp/panels") / name).read_bytes()
    # The longer job is waited for while the other is under way.
    assert done.stdout.splitlines()[:2] == ["Mira: submitting", "Tom: submitting"]


def test_reordered_panels_get_their_own_names(folder: Path, service: Service, tmp_path: Path) -> None:
    (folder / "a.sh").write_text(script_of(TWO_LEADS))
    done = bash(folder, "else where", base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(tmp_path / "else where/panels") == [
        "001-door.png",
        "002-scene.png",
        "003-tom.png",
        "004-rain.png",
        "005-event.png",
    ]
    shown = [(tmp_path / "else where/panels" / name).read_bytes() for name in files(tmp_path / "else where/panels")]
    for data, words in zip(shown, ["a door", "walks home", "sits", "runs", "snow"], strict=True):
        assert words.encode() in data


def test_started_again_it_fetches_and_pays_nothing(folder: Path, service: Service) -> None:
    assert bash(folder, base=service.base).returncode == 0
    (folder / "out-curl/a/panels/001-a.png").unlink()
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert "submitting" not in done.stdout
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]
    assert len(service.charges) == 1


def test_key_only(folder: Path) -> None:
    machine = Machine(account=Account(KEY), speed=0, draw=draw)
    with FakeServer(machine) as server:
        assert bash(folder, base=server.base_url, WIRO_API_SECRET="").returncode == 0
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]


def outputs(*changes: dict[str, object]) -> faults.Edited:
    """The answer has as many outputs as there are changes, each the first with its change."""

    def edit(answer: dict[str, object]) -> object:
        match answer:
            case {"tasklist": [{"outputs": [first, *_]}]}:
                return faults.task_with(outputs=[{**first, **change} for change in changes]).edit(answer)
            case _:
                return answer

    return faults.Edited(edit)


def test_outputs_that_nobody_can_place(folder: Path, service: Service) -> None:
    service.machine.faults.always(protocol.TASK_DETAIL, outputs({}, {}))
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(folder / "out-curl/a/unplaced") == ["2221-001.png", "2221-002.png"]
    assert files(folder / "out-curl/a/panels") == []
    assert "does not say which panels they are" in done.stdout


# ---- money ---------------------------------------------------------------------------------------------------


def test_killed_between_run_and_detail_it_goes_on(folder: Path, service: Service) -> None:
    service.machine.faults.order(protocol.TASK_DETAIL, faults.Broken("timeout"))
    with started(folder, base=service.base) as process:
        until(lambda: service.machine.faults.seen[protocol.TASK_DETAIL] == 1)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert files(folder / "out-curl/a/panels") == []
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]
    assert len(service.charges) == 1


def test_an_interruption_ends_it_and_it_goes_on_later(folder: Path, service: Service) -> None:
    (folder / "a.sh").write_text(script_of(TWO_LEADS))
    service.machine.faults.always(protocol.TASK_DETAIL, faults.UNKNOWN_STATUS)
    with started(folder, base=service.base, INTERVAL="60") as process:
        until(lambda: service.machine.faults.seen[protocol.TASK_DETAIL] == 1)
        time.sleep(0.2)  # it waits by now
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) in (-signal.SIGINT, 130)
    assert service.machine.faults.seen[protocol.TASK_DETAIL] == 1
    service.machine.faults.always(protocol.TASK_DETAIL, faults.Edited(lambda answer: answer))
    assert bash(folder, base=service.base).returncode == 0
    assert len(files(folder / "out-curl/a/panels")) == 5
    assert len(service.charges) == 2


def held_up(folder: Path, service: Service, meanwhile: Callable[[Path], object]) -> str:
    """What the script says that stops with code 6, if this happens to its marker just before it makes it."""
    # It is held up by a full pipe where it says that it submits, after it has looked for another's marker.
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b" " * 4096)
    os.set_blocking(writing, True)
    with subprocess.Popen(
        [BASH, "a.sh"], cwd=folder, env=environment(service.base), stdout=writing, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writing)
        until((folder / "out-curl/a/panels").exists)
        time.sleep(0.3)
        meanwhile(intent_of(folder))
        with os.fdopen(reading, "rb") as pipe:
            assert b"Mira: submitting\n" in pipe.read()
        assert process.wait(60) == 6
        assert process.stderr is not None
        return process.stderr.read()


def intent_of(folder: Path) -> Path:
    [record] = re.findall(r"record=\$state/(\S+)", (folder / "a.sh").read_text())
    return folder / f"out-curl/a/tasks/{record}.intent"


def test_of_two_scripts_in_step_one_stops_before_it_submits(folder: Path, service: Service) -> None:
    words = held_up(folder, service, lambda intent: intent.write_text(f"{service.base}\n"))
    assert "cannot make" in words
    assert service.charges == []
    assert intent_of(folder).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_leaves_no_marker(folder: Path, service: Service) -> None:
    words = held_up(folder, service, lambda intent: intent.symlink_to("/dev/full"))
    assert "nothing was submitted" in words
    assert service.charges == []
    assert not intent_of(folder).is_symlink()
    assert bash(folder, base=service.base).returncode == 0


def program(folder: Path, name: str, text: str) -> str:
    """Put a program into `folder/bin`; gives a PATH that finds it first."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / name).write_text(f"#!{BASH}\n{text}\n")
    (folder / "bin" / name).chmod(0o755)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("sync", 6, "cannot sync the disk, nothing was submitted"), ("openssl", 2, "openssl cannot sign")],
)
def test_what_fails_before_the_request_leaves_no_marker(
    folder: Path, service: Service, name: str, code: int, words: str
) -> None:
    done = bash(folder, base=service.base, PATH=program(folder, name, "exit 1"))
    assert done.returncode == code
    assert words in done.stderr
    assert not intent_of(folder).exists()
    assert service.charges == []
    assert bash(folder, base=service.base).returncode == 0


THREE_LEADS = STORY + "".join(f"character {name}\n  a man\nscene\n  lead: {name}\n  sits\n" for name in ("Tom", "Al"))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda sign: sign.name)
def test_an_interruption_during_a_run_pays_for_no_other(folder: Path, service: Service, sign: signal.Signals) -> None:
    (folder / "a.sh").write_text(script_of(THREE_LEADS))
    slow = f'touch "${{0%/*}}/asked"; sleep 0.5; exec {shutil.which("curl")} "$@"'
    with started(folder, base=service.base, PATH=program(folder, "curl", slow)) as process:
        until((folder / "bin/asked").exists)
        os.killpg(process.pid, sign)
        assert process.wait(60) == 130
    assert len(service.charges) == 1
    [task] = (folder / "out-curl/a/tasks").glob("*.task")
    assert task.read_text() == "2221\n"
    assert not (folder / "out-curl/a/tasks/lock").exists()
    assert bash(folder, base=service.base).returncode == 0
    assert len(service.charges) == 3


def test_an_answer_that_was_not_yet_read_is_read_later(folder: Path, service: Service) -> None:
    reads = f'[[ $1 != -aoE ]] || {{ kill -INT 0; sleep 5; }}; exec {shutil.which("grep")} "$@"'
    with started(folder, base=service.base, PATH=program(folder, "grep", reads)) as process:
        assert process.wait(60) == 130
    assert len(service.charges) == 1
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(service.charges) == 1
    assert [path for path in files(folder / "out-curl/a/tasks") if path.endswith(".answer")] == []


def test_a_script_that_waits_can_be_ended_alone(folder: Path, service: Service) -> None:
    service.machine.faults.always(protocol.TASK_DETAIL, faults.UNKNOWN_STATUS)
    with started(folder, base=service.base, INTERVAL="1") as process:
        until(lambda: service.machine.faults.seen[protocol.TASK_DETAIL] == 1)
        process.terminate()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.read()  # until the shell that waited is gone too
    assert service.machine.faults.seen[protocol.TASK_DETAIL] <= 2


def test_a_second_copy_says_that_the_first_is_at_work(folder: Path, service: Service) -> None:
    slow = f'touch "${{0%/*}}/asked"; sleep 2; exec {shutil.which("curl")} "$@"'
    with started(folder, base=service.base, PATH=program(folder, "curl", slow)) as process:
        until((folder / "bin/asked").exists)
        done = bash(folder, base=service.base)
        assert done.returncode == 5
        assert f"another copy is at work here (process {process.pid})" in done.stderr
        assert "intent" not in done.stderr
        assert process.wait(60) == 0
    assert len(service.charges) == 1
    assert not (folder / "out-curl/a/tasks/lock").exists()


@pytest.mark.parametrize("owner", ["gone", "nobody"])
def test_a_lock_of_a_copy_that_is_gone_holds_nobody_up(folder: Path, service: Service, owner: str) -> None:
    (folder / "out-curl/a/tasks/lock").mkdir(parents=True)
    if owner == "gone":
        with subprocess.Popen([BASH, "-c", ":"]) as process:
            process.wait()
        (folder / "out-curl/a/tasks/lock/pid").write_text(f"{process.pid}\n")
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path for path in files(folder / "out-curl/a/tasks") if "lock" in path] == []


def test_seconds_may_begin_with_a_zero(folder: Path, service: Service) -> None:
    done = bash(folder, base=service.base, DEADLINE="0900")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_answer_to_a_run_that_is_too_long_is_not_read(folder: Path, service: Service) -> None:
    long = faults.http(200, b'{"result":true,"errors":[],"taskid":"1","x":"' + b"x" * 70_000 + b'"}', executed=True)
    service.machine.faults.order(protocol.RUN, long)
    done = bash(folder, base=service.base)
    assert done.returncode == 5
    assert "the task may exist" in done.stderr
    assert files(folder / "out-curl/a/panels") == []


def test_the_worst_that_happened_decides(folder: Path, service: Service) -> None:
    (folder / "a.sh").write_text(script_of(THREE_LEADS))
    refused = faults.http(200, b'{"result":false,"errors":[{"code":1,"message":"no"}]}')
    poor = faults.http(200, b'{"result":false,"errors":[{"code":97,"message":"no balance"}]}')
    service.machine.faults.order(protocol.RUN, refused, faults.http(401), poor)
    assert bash(folder, base=service.base).returncode == 3
    service.machine.faults.order(protocol.RUN, poor, refused, poor)
    assert bash(folder, base=service.base).returncode == 4


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.http(200, b'{"result":false,"errors":[{"code":0},{"code":96,"message":"limit"}]}'), 3),
        (faults.http(429, Retry_After="4"), 8),
    ],
    ids=["code 96, said second", "429 with a pause"],
)
def test_a_full_service_is_asked_again_after_a_pause(
    folder: Path, service: Service, fault: faults.Fault, seconds: int
) -> None:
    service.machine.faults.order(protocol.RUN, fault, fault)
    begun = time.monotonic()
    done = bash(folder, base=service.base)
    # A shell counts whole seconds: each of the two pauses may be one shorter.
    assert time.monotonic() - begun > seconds - 2
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert len(service.charges) == 1


def test_a_full_service_is_given_up_at_the_deadline(folder: Path, service: Service) -> None:
    (folder / "a.sh").write_text(script_of(TWO_LEADS))
    service.machine.faults.always(protocol.RUN, faults.http(429))
    done = bash(folder, base=service.base, DEADLINE="2")
    assert done.returncode == 5
    assert done.stderr.count("takes no more for now, nothing was submitted") == 2
    assert service.charges == []
    assert [path for path in files(folder / "out-curl/a/tasks") if path != "nonce"] == []


@pytest.mark.parametrize("how", ["reset", "HTML"])
def test_a_lost_answer_is_never_submitted_again(folder: Path, service: Service, how: str) -> None:
    lost = faults.Broken("reset", executed=True) if how == "reset" else faults.http(502, b"<html>", executed=True)
    service.machine.faults.order(protocol.RUN, lost)
    for _ in range(2):
        done = bash(folder, base=service.base)
        assert done.returncode == 5
        assert "the task may exist, and is not submitted again" in done.stderr
    assert len(service.charges) == 1
    # What the message says helps.
    [intent] = (folder / "out-curl/a/tasks").glob("*.intent")
    intent.with_suffix(".task").write_text("2221\n")
    assert bash(folder, base=service.base).returncode == 0
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]
    assert len(service.charges) == 1


def test_an_interruption_waits_until_the_task_is_recorded(folder: Path) -> None:
    answer = """touch "$here/asked"; sleep 0.5; printf '{"result":true,"errors":[],"taskid":77}\\n200 0.1'"""
    with started(folder, PATH=stub_curl(folder, answer)) as process:
        until((folder / "bin/asked").exists)
        for sign in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            os.killpg(process.pid, sign)
        until(lambda: len(list((folder / "out-curl/a/tasks").glob("*.task"))) == 1)
    [task] = (folder / "out-curl/a/tasks").glob("*.task")
    assert task.read_text() == "77\n"


def test_two_scripts_at_a_time_submit_once(folder: Path, service: Service) -> None:
    with started(folder, base=service.base) as one, started(folder, base=service.base) as other:
        codes = {one.wait(60), other.wait(60)}
    assert 0 in codes
    assert len(service.charges) == 1


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (faults.http(401), 3, "refused the credentials (HTTP 401)"),
        (faults.http(302, Location="https://example.org/"), 4, "leads to another address"),
        (faults.http(404, b"<html>"), 4, "check the base URL"),
        (faults.http(429), 5, "fewer requests"),
        (
            faults.http(200, b'{"errors" : [ {"message":"a\\u001b[31m \\"b\\"","code": "1"}],"result" :false}'),
            4,
            'a?[31m "b", code 1',
        ),
        (faults.http(200, b'{"result":false,"errors":[{"code":96,"message":"limit"}]}'), 5, "limit, code 96"),
        (faults.http(200, b'{"result":false,"errors":[{"code":98,"message":"sign in"}]}'), 3, "sign in"),
        (
            faults.http(
                200, b'{"result":false,"errors":[{"code":0,"message":"no"},{"code":"98","message":"sign in"}]}'
            ),
            3,
            "sign in, code 98",
        ),
    ],
    ids=["401", "redirect", "404", "429", "refused", "concurrency", "sign in", "sign in, said second"],
)
def test_what_was_refused_may_be_submitted_again(
    folder: Path, service: Service, fault: faults.Replaced, code: int, words: str
) -> None:
    service.machine.faults.always(protocol.RUN, fault)
    done = bash(folder, base=service.base, DEADLINE="0")
    assert done.returncode == code
    assert words in done.stderr
    assert "\x1b" not in done.stderr
    service.machine.faults.always(protocol.RUN, faults.Edited(lambda answer: answer))
    assert bash(folder, base=service.base).returncode == 0
    assert len(service.charges) == 1


def test_nobody_there(folder: Path) -> None:
    done = bash(folder, base="http://127.0.0.1:9/v1")
    assert done.returncode == 5
    assert "nothing was submitted" in done.stderr
    assert files(folder / "out-curl") == ["a/tasks/nonce"]


def test_a_full_service_gets_one_job_after_the_other(folder: Path, service: Service) -> None:
    (folder / "a.sh").write_text(script_of(TWO_LEADS))
    full = faults.http(200, b'{"result":false,"errors":[{"code":96,"message":"concurrent task limit"}]}')
    service.machine.faults.order(protocol.RUN, faults.Edited(lambda answer: answer), full)
    done = bash(folder, base=service.base)
    assert (done.returncode, done.stderr) == (0, "a.sh: Tom: concurrent task limit, code 96\n")
    assert len(files(folder / "out-curl/a/panels")) == 5
    assert len(service.charges) == 2


def test_one_jobs_failure_leaves_the_other_its_panels(folder: Path, service: Service) -> None:
    (folder / "a.sh").write_text(script_of(TWO_LEADS))
    service.machine.faults.fail_next_task("out of memory")
    done = bash(folder, base=service.base)
    assert done.returncode == 4
    assert "Mira: task 2221 failed: out of memory" in done.stderr
    assert files(folder / "out-curl/a/panels") == ["003-tom.png"]
    assert bash(folder, base=service.base).returncode == 4
    assert len(service.charges) == 2


# ---- answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (faults.HTML, 4, "cannot be understood"),
        (faults.HALF, 4, "cannot be understood"),
        (faults.LIST, 4, "cannot be understood"),
        (faults.EMPTY, 4, "cannot be understood"),
        (faults.http(500), 5, "no answer of the service"),
        (faults.Broken("reset"), 5, "no answer of the service"),
        (faults.http(403), 3, "refused the credentials"),
        (faults.UNKNOWN_STATUS, 5, "goes on at the service"),
        (faults.task_with(status="task_end"), 5, "goes on at the service"),
        (faults.task_with(id="1"), 4, "knows nothing of task 2221"),
        (faults.FAILED_PROCESS, 4, "CUDA out of memory"),
        (faults.NO_OUTPUTS, 4, "failed: it says nothing of why"),
        (faults.task_with(outputs=[]), 4, "names no outputs"),
        (faults.task_with(status="task_cancel"), 4, "failed"),
        (faults.WRONG_SIZE, 4, "bytes in place of 1"),
        (outputs({"url": "http://user@127.0.0.1:9/0.png"}), 4, "no usable address"),
        (outputs({"url": "file:///etc/hostname"}), 4, "no usable address"),
        (outputs({"url": None}), 4, "no usable address"),
        (outputs({"url": "-o/tmp/x"}), 4, "no usable address"),
        (outputs({"url": "http://127.0.0.1:9/0.png"}), 5, "did not come"),
    ],
    ids=[
        "HTML",
        "half",
        "a list",
        "empty",
        "500",
        "reset",
        "403",
        "unknown status",
        "task_end",
        "another task",
        "exit code 1",
        "no outputs, no code",
        "no outputs",
        "cancelled",
        "wrong size",
        "user in the address",
        "file address",
        "no address",
        "option for an address",
        "nobody at the address",
    ],
)
def test_trouble_keeps_nothing_and_pays_once(
    folder: Path, service: Service, fault: faults.Fault, code: int, words: str
) -> None:
    service.machine.faults.always(protocol.TASK_DETAIL, fault)
    done = bash(folder, base=service.base, DEADLINE="0" if "goes on" in words else "60")
    assert done.returncode == code
    assert words in done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert files(folder / "out-curl/a/panels") == []
    service.machine.faults.always(protocol.TASK_DETAIL, faults.Edited(lambda answer: answer))
    assert bash(folder, base=service.base).returncode == 0
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]
    assert len(service.charges) == 1


def test_what_is_no_picture_is_not_kept(folder: Path, service: Service) -> None:
    service.machine.faults.always(protocol.TASK_DETAIL, faults.outputs_with(size=None))
    service.machine.faults.order(faults.FILES, faults.http(200, b"<html>no</html>"))
    done = bash(folder, base=service.base)
    assert done.returncode == 4
    assert "is no picture" in done.stderr
    assert files(folder / "out-curl/a/panels") == []


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"\xff\xd8\xff\xe0 a photo", "jpg"),
        (b"RIFF\n\0\xffxWEBPVP8 ", "webp"),
        (b"GIF89a and more", "gif"),
    ],
)
def test_the_ending_is_that_of_the_bytes(folder: Path, service: Service, data: bytes, ending: str) -> None:
    service.machine.faults.always(protocol.TASK_DETAIL, faults.outputs_with(size=str(len(data)), name="../x.exe"))
    service.machine.faults.order(faults.FILES, faults.http(200, data))
    assert bash(folder, base=service.base).returncode == 0
    assert files(folder / "out-curl/a/panels") == [f"001-a.{ending}"]
    assert (folder / f"out-curl/a/panels/001-a.{ending}").read_bytes() == data


def test_answers_of_any_layout_are_read(folder: Path, service: Service) -> None:
    def ordered(endpoint: str, value: dict[str, object]) -> None:
        text = json.dumps(dict(reversed(value.items())), indent=3).replace("/", "\\/").replace("\n", "\r\n")
        service.machine.faults.order(endpoint, faults.http(200, text.encode()))

    parameters = json.loads(script_of(STORY).partition("body='")[2].partition("'\n")[0])
    task = service.machine.run(protocol.TOOL, parameters)
    assert isinstance(task, TaskRecord)
    ordered(protocol.RUN, {"result": True, "errors": [], "taskid": task.number})
    ordered(protocol.TASK_DETAIL, {"result": True, "errors": [], "tasklist": [service.machine.show(task)]})
    assert bash(folder, base=service.base).returncode == 0
    assert files(folder / "out-curl/a/panels") == ["001-a.png"]
