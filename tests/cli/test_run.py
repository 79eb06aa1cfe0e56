from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from rendering.offline import BOOKS, Studio, files, ledger
from storyscript import protocol
from storyscript.cli import main
from storyscript.cli import run as run_command
from storyscript.fake import faults
from storyscript.rendering.ledger import LEDGER
from storyscript.rendering.manifest import MANIFEST
from storyscript.rendering.plan import PLAN
from storyscript.sessions import Session

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = "size: 256\ncharacter Mira\n  a girl\nscene a\n  walks home\nevent\n  snow\n"
NO_MONEY = faults.http(200, b'{"result": false, "errors": [{"code": 97, "message": "Insufficient balance"}]}')
TWO = SMALL + "character Tom\n  a man\nscene tom\n  lead: Tom\n  sits\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")
    return name


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["run", *argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def credentials(monkeypatch: pytest.MonkeyPatch, base_url: str = "https://127.0.0.1:9/v1") -> None:
    monkeypatch.setenv("WIRO_API_KEY", "key-of-mine")
    monkeypatch.setenv("WIRO_API_SECRET", "secret-of-mine")
    monkeypatch.setenv("WIRO_BASE_URL", base_url)


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A service that `run` takes for the one on the network."""
    made = Studio()
    credentials(monkeypatch)

    def session(*_folders: Path) -> Session:
        from storyscript.fake import transport  # noqa: PLC0415 - beside its use
        from storyscript.wiro import Credentials, WiroClient  # noqa: PLC0415 - beside its use

        client = WiroClient(
            Credentials("key-of-mine", "secret-of-mine"),
            base_url=made.machine.base_url,
            transport=transport(made.machine),
            now=made.clock.now,
            sleep=made.clock.sleep,
        )
        return Session(client, made.world, lasting=True)

    monkeypatch.setattr(run_command, "online_session", session)
    return made


# ---- offline -------------------------------------------------------------------------------------------------


def test_offline_needs_no_account_and_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--offline", write("s/a.story", TWO))
    assert code == 0
    assert out == "a: 3 panels, 12 seconds, nothing paid (offline)\n  out/a/panels/\n"
    assert sorted(err.splitlines()) == ["Mira: task 2221: done", "Tom: task 2222: done"]
    assert files(Path("out")) == [
        "a/manifest.json",
        "a/panels/001-a.png",
        "a/panels/002-tom.png",
        "a/panels/003-event.png",
    ]
    with Image.open("out/a/panels/001-a.png") as picture:
        assert picture.size == (256, 256)


def test_offline_panels_are_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.story", TWO)
    run(capsys, "--offline", "a.story", "--out", "1")
    run(capsys, "--offline", "a.story", "--out", "2")
    for name in files(Path("1")):
        assert (Path("1") / name).read_bytes() == (Path("2") / name).read_bytes()


def test_stories_of_one_name_get_folders_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = run(capsys, "--offline", write("x/a.story", SMALL), write("y/a.story", SMALL), write("b.story", SMALL))
    assert code == 0
    assert sorted(os.listdir("out")) == ["b", "x-a", "y-a"]


def test_a_failing_story_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--offline", write("bad.story", "scene\n"), write("good.story", SMALL))
    assert code == 1
    assert "SS212" in err
    assert "storyscript: bad.story: left out, since it has 2 errors\n" in err
    assert "good: 2 panels" in out
    assert "left out" not in run(capsys, "--offline", "bad.story")[2]


def test_placeholders_do_not_replace_paid_panels(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    assert run(capsys, "--yes", write("a.story", SMALL))[0] == 0
    code, _, err = run(capsys, "--offline", "a.story")
    assert code == 2
    assert "give another folder" in err
    assert len(studio.machine.tasks()) == 1


def test_settings_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--offline", write("a.story", SMALL), "--set", "size=288x256")
    with Image.open("out/a/panels/001-a.png") as picture:
        assert picture.size == (288, 256)


def test_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--offline", "--dry-run", write("a.story", TWO))
    assert code == 0
    assert out == (
        "a: 3 panels in 2 tasks, to out/a/\n"
        "  Mira: 1 scene, 1 event\n"
        "  Tom: 1 scene, 0 events\n"
        "price: nothing is paid: placeholders, drawn in this process\n"
    )
    assert not Path("out").exists()


def test_the_plan_needs_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--dry-run", write("a.story", SMALL))
    assert (code, err) == (0, "")
    assert out.endswith("price: unknown (there are no credentials to ask the service with)\n")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("WIRO_BASE_URL", "ftp://x/v1", 2),
        ("WIRO_BASE_URL", "http://elsewhere.test/v1", 2),
        ("WIRO_BASE_URL", "https://me@elsewhere.test/v1", 2),
        ("WIRO_SOCKET_URL", "https://elsewhere.test", 2),
        ("WIRO_API_KEY", "two words", 3),
    ],
)
def test_the_plan_takes_only_settings_that_a_run_would_take(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: int
) -> None:
    credentials(monkeypatch)
    monkeypatch.setenv(name, value)
    found = [run(capsys, option, write("a.story", SMALL)) for option in ("--dry-run", "--yes")]
    assert found[0] == found[1]
    assert found[0][:2] == (code, "")
    assert run(capsys, "--dry-run", "--offline", "a.story")[0] == 0


def test_a_wrong_address_is_told_before_anybody_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials(monkeypatch, "ftp://x/v1")
    monkeypatch.setattr(sys, "stdin", _Terminal("y\n"))
    code, _, err = run(capsys, write("a.story", SMALL))
    assert code == 2
    assert "Submit to" not in err


# ---- before money is spent -----------------------------------------------------------------------------------


def test_without_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--yes", write("a.story", SMALL))
    assert (code, out) == (3, "")
    assert "WIRO_API_KEY" in err
    assert "--offline" in err
    assert not Path("out").exists()


def test_off_a_terminal_it_wants_yes(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    code, _, err = run(capsys, write("a.story", SMALL))
    assert code == 2
    assert "--yes" in err
    assert studio.machine.ledger() == {"runs": []}


class _Terminal:
    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._answer


@pytest.mark.parametrize(("answer", "runs"), [("y\n", 1), ("Yes\n", 1), ("n\n", 0), ("\n", 0), ("", 0)])
def test_on_a_terminal_it_shows_the_plan_and_asks(
    capsys: pytest.CaptureFixture[str],
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    runs: int,
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    code, _, err = run(capsys, write("a.story", SMALL))
    assert "a: 2 panels in 1 task, to out/a/" in err
    assert "price: about $0.00351 (1 task at $0.00351 a request; from the service's dynamicprice)\n" in err
    assert len(studio.machine.tasks()) == runs
    assert code == (0 if runs else 2)


def test_a_story_with_errors_never_asks(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    code, _, _ = run(capsys, write("a.story", "scene\n  a | b\n"))
    assert code == 1
    assert studio.machine.ledger() == {"runs": []}


# ---- what comes of it ----------------------------------------------------------------------------------------


def test_a_paid_run(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    code, out, _ = run(capsys, "--yes", write("a.story", TWO))
    assert code == 0
    assert out == "a: 3 panels, 12 seconds, cost 0.00702 as reported\n  out/a/panels/\n"
    assert [run["status"] for run in studio.machine.ledger()["runs"]] == ["task_postprocess_end"] * 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (lambda m: m.faults.always(protocol.RUN, faults.http(401)), 3),
        (lambda m: m.faults.always(protocol.RUN, faults.http(403)), 3),
        (lambda m: m.faults.always(protocol.RUN, faults.Broken("unreachable")), 5),
        (lambda m: m.faults.always(protocol.RUN, faults.Broken("reset")), 5),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.HTML), 4),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.LIST), 4),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.HALF), 4),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.UNKNOWN_STATUS), 5),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.FAILED_PROCESS), 4),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.NO_OUTPUTS), 4),
        (lambda m: m.faults.always(protocol.TASK_DETAIL, faults.WRONG_SIZE), 4),
        (lambda m: m.faults.fail_next_task("out of memory"), 4),
    ],
    ids=[
        "refused key",
        "forbidden",
        "unreachable",
        "lost answer",
        "HTML",
        "a list",
        "half a JSON",
        "unknown status",
        "pexit 1",
        "no outputs",
        "wrong size",
        "failed task",
    ],
)
def test_exit_codes(
    capsys: pytest.CaptureFixture[str], studio: Studio, order: Callable[[Any], None], code: int
) -> None:
    order(studio.machine)
    got, out, err = run(capsys, "--yes", write("a.story", SMALL))
    assert got == code
    complaints = [line for line in err.splitlines() if line.startswith("storyscript: ")]
    assert len(complaints) == 1
    assert "0 of 2 panels" in out
    assert files(Path("out/a")) == BOOKS
    books = {name: Path("out/a", name).read_text() for name in BOOKS}
    for secret in ("key-of-mine", "secret-of-mine", *(task.token for task in studio.machine.tasks())):
        assert secret not in err + out + books[MANIFEST] + books[PLAN]
    assert "-of-mine" not in books[LEDGER]
    assert Path("out/a", LEDGER).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (faults.http(401), "nothing submitted, nothing paid"),
        (faults.Broken("unreachable"), "nothing submitted, nothing paid"),
        (NO_MONEY, "nothing submitted, nothing paid"),
        (faults.Broken("reset"), "unknown seconds, unknown cost"),
    ],
    ids=["refused key", "unreachable", "no money", "lost answer"],
)
def test_what_is_said_of_the_cost_where_nothing_was_drawn(
    capsys: pytest.CaptureFixture[str], studio: Studio, fault: faults.Fault, says: str
) -> None:
    studio.machine.faults.always(protocol.RUN, fault)
    _, out, _ = run(capsys, "--yes", write("a.story", SMALL))
    first, *more = out.splitlines()
    assert first == f"a: 0 of 2 panels, {says}"
    # Of a lost answer the complaint tells what there is to do.
    assert more == ([] if says.startswith("unknown") else ["  1 job not submitted; `storyscript resume out` goes on"])
    assert says.startswith("unknown") or studio.machine.ledger() == {"runs": []}


@pytest.mark.parametrize("fault", [faults.HTML, faults.UNKNOWN_STATUS], ids=["HTML", "unknown status"])
def test_a_task_of_which_nothing_is_known_has_an_unknown_cost(
    capsys: pytest.CaptureFixture[str], studio: Studio, fault: faults.Fault
) -> None:
    studio.machine.faults.always(protocol.TASK_DETAIL, fault)
    _, out, _ = run(capsys, "--yes", write("a.story", SMALL))
    assert out.splitlines() == [
        "a: 0 of 2 panels, unknown seconds, unknown cost",
        "  1 task still to be fetched; `storyscript resume out` goes on",
    ]


def test_a_lost_answer_makes_the_whole_cost_unknown(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    studio.machine.faults.order(protocol.RUN, faults.Broken("reset"))
    _, out, _ = run(capsys, "--yes", write("a.story", TWO))
    assert "unknown seconds, unknown cost" in out
    assert "as reported" not in out


def test_an_interrupted_run_goes_on_where_it_stopped(
    capsys: pytest.CaptureFixture[str], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = studio.machine.show

    def interrupt(_task: object) -> dict[str, object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(studio.machine, "show", interrupt)
    code, _, err = run(capsys, "--yes", write("a.story", SMALL))
    assert code == 130
    assert "pays nothing twice" in err
    assert [step.get("task") for step in ledger(Path("out/a"))] == [None, "2221"]
    monkeypatch.setattr(studio.machine, "show", real)
    assert run(capsys, "--yes", "a.story")[0] == 0
    assert len(studio.machine.tasks()) == 1


def test_the_exit_code_of_several_stories(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    studio.machine.faults.fail_next_task("out of memory")
    code, out, _ = run(capsys, "--yes", write("bad.story", "scene\n"), write("a.story", SMALL), write("b.story", SMALL))
    assert code == 4
    assert "b: 2 panels" in out


def test_panels_that_cannot_be_placed_are_named(capsys: pytest.CaptureFixture[str], studio: Studio) -> None:
    def fewer(answer: dict[str, object]) -> object:
        match answer:
            case {"tasklist": [{"outputs": [first, *_]}]}:
                return faults.task_with(outputs=[first]).edit(answer)
            case _:
                return answer

    studio.machine.faults.always(protocol.TASK_DETAIL, faults.Edited(fewer))
    code, out, _ = run(capsys, "--yes", write("a.story", SMALL))
    assert code == 0
    assert "out/a/unplaced/: 1 picture" in out


def test_the_output_folder_is_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("out", "x")
    code, _, err = run(capsys, "--offline", write("a.story", SMALL))
    assert code == 6
    assert "cannot write `out" in err


# ---- settings ------------------------------------------------------------------------------------------------


def user_file(text: str, mode: int = 0o600) -> None:
    from storyscript.config.files import user_file as place  # noqa: PLC0415 - after HOME was set

    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text(text)
    place().chmod(mode)


@pytest.mark.parametrize(
    ("text", "mode", "code", "words"),
    [
        ("[wiro", 0o600, 2, "no TOML"),
        ("wiro = 1", 0o600, 2, "[wiro]"),
        ("[wiro]\nkey = 5", 0o600, 2, "[wiro]"),
        ("[wiro]\nkey = 'k'", 0o644, 3, "chmod 600"),
        ("[wiro]\nsecret = 'k'", 0o600, 3, "no credentials"),
        ("[wiro]\nkey = 'two words'", 0o600, 3, "API key"),
        ("[wiro]\nkey = 'k'\nbase-url = 'ftp://x'", 0o600, 2, "base URL"),
    ],
)
def test_a_user_file_that_is_wrong(
    capsys: pytest.CaptureFixture[str], text: str, mode: int, code: int, words: str
) -> None:
    user_file(text, mode)
    got, _, err = run(capsys, "--yes", write("a.story", SMALL))
    assert got == code
    assert words in err
    assert err.count("\n") == 1


def test_the_environment_wins_over_the_user_file() -> None:
    from storyscript.config.service import Service, find_service  # noqa: PLC0415 - after HOME was set
    from storyscript.hidden import Hidden  # noqa: PLC0415 - beside its use

    user_file("[wiro]\nkey = 'file-key'\nsecret = 'file-secret'\nbase-url = 'https://file/v1'\n")
    service = find_service(environment={})
    assert service == Service("https://file/v1", None, Hidden("file-key"), Hidden("file-secret"))
    service = find_service(environment={"WIRO_API_KEY": "env-key", "WIRO_BASE_URL": "https://env/v1"})
    # Not the file's secret: it belongs to the file's key.
    assert service == Service("https://env/v1", None, Hidden("env-key"), None)
    assert "env-key" not in repr(service)


def test_the_manifest_of_an_offline_run_is_json_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--offline", write("a.story", SMALL))
    assert json.loads(Path("out/a/manifest.json").read_text())["offline"] is True
