from __future__ import annotations

import json
import re
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from storyscript import protocol
from storyscript.cli import main
from storyscript.cli import task as task_command
from storyscript.fake import Account, faults
from wiro.standins import TWO_SCENES, Clock, client_of, machine_at

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.fake import Machine

QUEUED, WORKING, ENDED = 0.0, 3.0, 6.0
"""Seconds after which a task is there."""
NO_ANSWER = [faults.Broken("timeout"), faults.HTML, faults.http(503)]
OUT_OF_REACH = faults.Broken("unreachable")


class Wiro:
    """A service with one task, which the command line takes for the one on the network."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.clock = Clock()
        self.machine: Machine = machine_at(self.clock)
        self.token = ""

    def session(self) -> AbstractAsyncContextManager[SimpleNamespace]:
        return nullcontext(SimpleNamespace(client=client_of(self.machine, self.clock)))

    def submit(self, *, after: float = QUEUED, failure: str | None = None) -> None:
        if failure is not None:
            self.machine.faults.fail_next_task(failure)
        task = self.machine.run(protocol.TOOL, {**TWO_SCENES, "callbackUrl": "https://me.test/hook-of-mine"})
        self.token = getattr(task, "token", "")
        assert self.token
        self.clock.moment += after

    def do(self, *words: str) -> tuple[int, str, str]:
        code = main(["task", *words])
        out, err = self._capsys.readouterr()
        # Whatever is done, nothing that lets anybody in is said, and every complaint is one line.
        for secret in (self.token or "-" * 30, "test-secret", "test-api-key", "wiro.invalid", "hook-of-mine"):
            assert secret not in out + err
        assert "Traceback" not in err
        return code, out, err

    @property
    def status(self) -> str:
        return self.machine.tasks()[0].status(self.clock.moment)

    @property
    def has_files(self) -> bool:
        return not self.machine.tasks()[0].files_deleted


class Terminal:
    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._answer


@pytest.fixture
def wiro(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wiro:
    made = Wiro(capsys)
    monkeypatch.setattr(task_command, "online_session", made.session)
    monkeypatch.setattr(sys, "stdin", None)
    return made


# ---- show ----------------------------------------------------------------------------------------------------


def test_a_task_that_is_done(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    code, out, err = wiro.do("show", "2221")
    assert (code, err) == (0, "")
    assert re.sub(r"\.png, [0-9]+ bytes", ".png, N bytes", out) == (
        "task 2221: done\n"
        "  status     task_postprocess_end\n"
        "  submitted  2024-12-18 09:23:27 UTC\n"
        "  began      2024-12-18 09:23:28 UTC\n"
        "  ended      2024-12-18 09:23:32 UTC\n"
        "  finished   2024-12-18 09:23:33 UTC\n"
        "  worked     6 seconds\n"
        "  cost       0.00351 as reported\n"
        "  exit code  0\n"
        "  outputs    3\n"
        "    0.png, N bytes\n"
        "    1.png, N bytes\n"
        "    2.png, N bytes\n"
    )


@pytest.mark.parametrize(
    ("after", "line"),
    [(QUEUED, "task 2221: in the queue\n"), (WORKING, "task 2221: at work (task_output)\n")],
)
def test_a_task_that_goes_on(wiro: Wiro, after: float, line: str) -> None:
    wiro.submit(after=after)
    code, out, _ = wiro.do("show", "2221")
    assert code == 0
    assert out.startswith(line)
    assert "cost" not in out
    assert "ended" not in out


def test_a_task_that_failed_tells_its_last_words(wiro: Wiro) -> None:
    said = "\n".join(f"step {number}" for number in range(20))
    wiro.submit(after=ENDED, failure=f"{said}\n\n\x1b[31mfrom https://cdn.test/a.png?sig=1 with test-secret\n")
    code, out, _ = wiro.do("show", "2221")
    assert code == 0  # it was shown
    assert out.startswith("task 2221: failed: step 0\n")
    assert "  exit code  1\n  complained\n    step 13\n" in out
    assert out.endswith("    step 19\n    [31mfrom *** with ***\n")


def test_what_the_service_says_may_be_anything(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    strange = faults.task_with(
        status="task_dance",
        createtime="-1",
        starttime="99999999999999999999",
        endtime="soon",
        totalcost="free",
        elapsedseconds="1e999",
        pexit="\x07",
        debugoutput=f"token {wiro.token}\r\nftp://files.test/x",
        outputs=[{}, {"name": "../../etc/passwd\n", "size": None}],
    )
    wiro.machine.faults.order(protocol.TASK_DETAIL, strange)
    code, out, _ = wiro.do("show", "2221")
    assert code == 0
    assert out.split("  finished")[0] == "task 2221: at work (task_dance)\n  status     task_dance\n"
    assert out.endswith(
        "  worked     1e999 seconds\n  cost       free as reported\n  outputs    2\n    without a name\n"
        "    ../../etc/passwd\n  said\n    token ***\n    ***\n"
    )


def test_for_programs_it_shows_all_but_secrets(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    more = {
        "debugoutput": f"one\nat https://cdn.test/1 and {wiro.token}",
        "new": {"accessToken": ["a"], "n": 1.5, "list": [None, True, "ws://x.test/"], "webhookURL": ""},
        f"odd {wiro.token}": 1,
    }
    wiro.machine.faults.order(protocol.TASK_DETAIL, faults.task_with(**more))
    code, out, _ = wiro.do("show", "2221", "--format", "json")
    shown = json.loads(out)
    assert (code, shown["state"], sorted(shown)) == (0, "done", ["state", "task"])
    task = shown["task"]
    assert (task["id"], task["status"], task["pexit"]) == ("2221", "task_postprocess_end", "0")
    assert task["socketaccesstoken"] == "***"
    assert task["callbackurl"] == "***"
    assert task["parameters"] == {**TWO_SCENES, "callbackUrl": "***"}
    assert [(output["name"], output["url"], output["accesskey"]) for output in task["outputs"]] == [
        (f"{number}.png", "***", "***") for number in range(3)
    ]
    assert task["debugoutput"] == "one\nat *** and ***"
    assert task["new"] == {"accessToken": "***", "n": 1.5, "list": [None, True, "***"], "webhookURL": ""}
    assert task["odd ***"] == 1


# ---- cancel and kill -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "after"), [("cancel", QUEUED), ("kill", WORKING)])
def test_a_task_is_stopped(wiro: Wiro, action: str, after: float) -> None:
    wiro.submit(after=after)
    assert wiro.do(action, "2221") == (0, "task 2221: cancelled\n", "")
    assert wiro.status == protocol.STATUS_CANCEL
    # Once more there is nothing to do, and it is as it should be.
    assert wiro.do(action, "2221") == (0, "task 2221: cancelled\n", "")
    code, out, _ = wiro.do(action, "2221", "--format", "json")
    assert (code, json.loads(out)["state"]) == (0, "cancelled")


@pytest.mark.parametrize(
    ("action", "after", "words"),
    [
        (
            "cancel",
            WORKING,
            (
                "task 2221 is at work (task_output) and no longer in the queue, so it cannot be cancelled: "
                "`storyscript task kill 2221` stops it"
            ),
        ),
        (
            "kill",
            QUEUED,
            (
                "task 2221 is still in the queue, where nothing runs that could be killed: "
                "`storyscript task cancel 2221` takes it out"
            ),
        ),
        ("cancel", ENDED, "task 2221 has ended (done): there is nothing to cancel"),
        ("kill", ENDED, "task 2221 has ended (done): there is nothing to kill"),
    ],
)
def test_the_wrong_one_of_the_two(wiro: Wiro, action: str, after: float, words: str) -> None:
    wiro.submit(after=after)
    before = wiro.status
    assert wiro.do(action, "2221") == (4, "", f"storyscript: {words}\n")
    assert wiro.status == before


def test_another_refusal_is_passed_on(wiro: Wiro) -> None:
    wiro.submit()
    no = b'{"result": false, "errors": [{"code": 0, "message": "Not on Sundays."}]}'
    for trouble in ([], [OUT_OF_REACH] * 4):
        wiro.machine.faults.order(protocol.TASK_CANCEL, faults.http(200, no))
        wiro.machine.faults.order(protocol.TASK_DETAIL, *trouble)
        code, _, err = wiro.do("cancel", "2221")
        assert code == 4
        assert "Not on Sundays." in err


@pytest.mark.parametrize(("action", "after"), [("cancel", QUEUED), ("kill", WORKING)])
@pytest.mark.parametrize("lost", NO_ANSWER, ids=["timeout", "html", "503"])
def test_a_lost_answer_is_not_asked_for_again(wiro: Wiro, action: str, after: float, lost: faults.Fault) -> None:
    wiro.submit(after=after)
    endpoint = {"cancel": protocol.TASK_CANCEL, "kill": protocol.TASK_KILL}[action]
    wiro.machine.faults.order(endpoint, lost)
    code, out, err = wiro.do(action, "2221")
    assert (code, out) == (4 if lost is faults.HTML else 5, "")
    standing = {"cancel": "in the queue", "kill": "at work (task_output)"}[action]
    assert err == (
        f"storyscript: task 2221: the answer was lost, and the task is {standing}; look again, and if it stays so, "
        f"{action} it again\n"
    )
    assert wiro.machine.faults.seen[endpoint] == 1


def test_a_lost_answer_to_what_was_done(wiro: Wiro) -> None:
    wiro.submit()
    wiro.machine.faults.order(protocol.TASK_CANCEL, faults.Broken("timeout", executed=True))
    assert wiro.do("cancel", "2221") == (0, "task 2221: cancelled\n", "")
    assert wiro.machine.faults.seen[protocol.TASK_CANCEL] == 1


def test_a_lost_answer_and_nobody_to_ask(wiro: Wiro) -> None:
    wiro.submit()
    wiro.machine.faults.order(protocol.TASK_CANCEL, faults.Broken("timeout", executed=True))
    wiro.machine.faults.order(protocol.TASK_DETAIL, *[OUT_OF_REACH] * 4)
    code, out, err = wiro.do("cancel", "2221")
    assert (code, out) == (5, "")
    assert "nobody knows whether the service did it: `storyscript task show 2221` tells" in err


def test_a_task_that_takes_its_time_to_stop(wiro: Wiro) -> None:
    wiro.submit(after=WORKING)
    wiro.machine.faults.order(protocol.TASK_KILL, faults.task_with(status=protocol.STATUS_OUTPUT))
    line = "task 2221: at work (task_output); the service took the request to kill it\n"
    assert wiro.do("kill", "2221") == (0, line, "")


# ---- delete --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [3, 0])
def test_files_are_deleted(wiro: Wiro, outputs: int) -> None:
    wiro.submit(after=ENDED, failure=None if outputs else "no memory")
    said = f"task 2221: its files are deleted at the service ({outputs} outputs)\n"
    assert wiro.do("delete", "2221", "--yes") == (0, said, "")
    assert not wiro.has_files
    assert wiro.do("delete", "2221", "--yes")[0] == 0


@pytest.mark.parametrize(
    ("answer", "agreed"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_on_a_terminal_it_asks(wiro: Wiro, monkeypatch: pytest.MonkeyPatch, answer: str, *, agreed: bool) -> None:
    wiro.submit(after=ENDED)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    code, _, err = wiro.do("delete", "2221")
    assert code == (0 if agreed else 2)
    assert wiro.has_files is not agreed
    assert "  cost       0.00351 as reported\n" in err
    assert "paid for and cannot be fetched again. Files on this disk stay.\nDelete them? [y/N] " in err


def test_off_a_terminal_it_wants_yes(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    code, _, err = wiro.do("delete", "2221")
    assert code == 2
    assert "this deletes what was paid for, and there is no terminal to ask at: give `--yes`" in err
    assert wiro.has_files
    assert wiro.machine.faults.seen[protocol.TASK_DETAIL] == 0


@pytest.mark.parametrize(("after", "standing"), [(QUEUED, "in the queue"), (WORKING, "at work (task_output)")])
def test_a_task_that_goes_on_keeps_its_files(wiro: Wiro, after: float, standing: str) -> None:
    wiro.submit(after=after)
    words = f"task 2221 is {standing}: its files can be deleted once it has ended"
    assert wiro.do("delete", "2221", "--yes") == (4, "", f"storyscript: {words}\n")
    assert wiro.machine.faults.seen[protocol.TASK_DELETE_FILES] == 0


def test_a_task_without_a_token_keeps_its_files(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    wiro.machine.faults.order(protocol.TASK_DETAIL, faults.task_with(socketaccesstoken=None))
    code, _, err = wiro.do("delete", "2221", "--yes")
    assert code == 4
    assert "delete the files at Wiro" in err
    assert wiro.has_files


def test_a_deletion_that_nobody_hears(wiro: Wiro) -> None:
    wiro.submit(after=ENDED)
    wiro.machine.faults.always(protocol.TASK_DELETE_FILES, OUT_OF_REACH)
    code, out, _ = wiro.do("delete", "2221", "--yes")
    assert (code, out, wiro.has_files) == (5, "", True)


# ---- all of them ---------------------------------------------------------------------------------------------

ACTIONS = ["show", "cancel", "kill", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_task_that_is_nobodys(wiro: Wiro, action: str) -> None:
    words = "task 7: the service knows no such task of these credentials; check the id and the account"
    assert wiro.do(action, "7", "--yes") == (4, "", f"storyscript: {words}\n")


@pytest.mark.parametrize("action", ACTIONS)
def test_exit_codes(wiro: Wiro, action: str) -> None:
    wiro.submit()
    endpoints = (protocol.TASK_DETAIL, protocol.TASK_CANCEL, protocol.TASK_KILL)
    troubles: list[tuple[faults.Fault, int]] = [
        (OUT_OF_REACH, 5),
        (faults.http(503), 5),
        (faults.http(429), 5),
        (faults.HTML, 4),
    ]
    for fault, code in troubles:
        for endpoint in endpoints:
            wiro.machine.faults.always(endpoint, fault)
        assert wiro.do(action, "2221", "--yes")[0] == code
    wiro.machine.faults.clear()
    wiro.machine = machine_at(wiro.clock, account=Account("another", "account"))
    assert wiro.do(action, "2221", "--yes")[0] == 3


def test_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["task", "show", "2221"]) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show"], "the following arguments are required: ID"),
        (["sow", "2221"], "choose from"),
        (["show", ""], "a task's id is one word of plain letters"),
        (["show", "22 21"], "a task's id is one word of plain letters"),
        (["show", "22\n21"], "a task's id is one word of plain letters"),
        (["show", "é"], "a task's id is one word of plain letters"),
        (["show", "9" * 201], "a task's id is one word of plain letters"),
        (["show", "1", "2"], "`2`"),
        (["delete", "1", "--format", "json"], "`--format json` shows a task, and `delete` shows none"),
    ],
)
def test_wrong_use(wiro: Wiro, words: list[str], said: str) -> None:
    code, out, err = wiro.do(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert wiro.machine.faults.seen == {}
