from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storyscript import __version__, protocol
from storyscript.cli import main
from storyscript.config.files import user_file
from storyscript.fake import Account, Machine, faults
from storyscript.fake.serving.server import FakeServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY, SECRET = "MARKED-KEY-41", "MARKED-SECRET-42"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL", "WIRO_SOCKET_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def wiro(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Machine]:
    """A service, with credentials that it accepts in the environment."""
    del socket_enabled
    machine = Machine(account=Account(KEY, SECRET))
    with FakeServer(machine) as server:
        monkeypatch.setenv("WIRO_API_KEY", KEY)
        monkeypatch.setenv("WIRO_API_SECRET", SECRET)
        monkeypatch.setenv("WIRO_BASE_URL", server.base_url)
        yield machine


def examine(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and for each subject the status and the message of its last line."""
    code = main(["doctor", *words])
    out, err = capsys.readouterr()
    assert err == ""
    assert KEY not in out
    assert SECRET not in out
    found = {}
    for line in out.splitlines():
        status, rest = line[:9].strip(), line[9:]
        subject, _, message = rest.partition("  ")
        found[subject] = (status, message.strip())
    return code, found


def write_user_file(text: str, mode: int = 0o600) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text(text, "utf-8")
    user_file().chmod(mode)


# ---- this machine --------------------------------------------------------------------------------------------


def test_offline_it_says_where_each_value_comes_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_user_file(f"[wiro]\nkey = '{KEY}'\nbase-url = 'https://user.test/v1'\n")
    project = Path("storyscript.toml")
    project.write_text("[wiro]\nsocket-url = 'ws://localhost:7/v1'\n", "utf-8")
    code, found = examine(capsys, "--offline")
    assert code == 0
    assert found["storyscript"][1].startswith(f"{__version__}, Python {sys.version_info[0]}.")
    assert "httpx 0." in found["libraries"][1]
    assert "instant" not in found["libraries"][1]
    assert found["user file"] == ("ok", f"`{user_file()}` holds base-url, key")
    assert found["project file"] == ("ok", f"`{project.resolve()}` holds socket-url")
    assert found["credentials"] == ("ok", f"API key from `{user_file()}`, no API secret (key-only mode)")
    assert found["base URL"] == ("ok", f"https://user.test/v1 (from `{user_file()}`)")
    assert found["socket URL"] == ("ok", f"ws://localhost:7/v1 (from `{project.resolve()}`)")
    assert found["service"] == ("skipped", "not asked (--offline)")
    monkeypatch.setenv("WIRO_API_KEY", "other-key")
    monkeypatch.setenv("WIRO_API_SECRET", "other-secret")
    code, found = examine(capsys, "--offline", "--base-url", "https://option.test/v1")
    assert code == 0
    assert found["credentials"] == ("ok", "API key from WIRO_API_KEY, API secret from WIRO_API_SECRET")
    assert found["base URL"] == ("ok", "https://option.test/v1 (from the option --base-url)")


def test_key_and_secret_from_two_places_are_a_warning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_user_file(f"[wiro]\nkey = '{KEY}'\nsecret = 'the-files-secret'\n")
    monkeypatch.setenv("WIRO_API_SECRET", SECRET)
    code, found = examine(capsys, "--offline")
    assert code == 0
    status, message = found["credentials"]
    assert status == "warning"
    assert message.startswith(f"API key from `{user_file()}`, API secret from WIRO_API_SECRET: ")
    monkeypatch.delenv("WIRO_API_SECRET")
    assert examine(capsys, "--offline")[1]["credentials"][0] == "ok"


def test_without_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = examine(capsys, "--offline")
    assert code == 3
    assert found["credentials"] == ("error", "none: run `storyscript login`, or set WIRO_API_KEY")
    assert found["user file"] == ("ok", f"none at `{user_file()}`")
    assert found["socket URL"] == ("ok", f"{protocol.SOCKET_URL} (from the default)")


@pytest.mark.parametrize(
    ("text", "mode", "code", "subject", "says"),
    [
        (f"[wiro]\nkey = '{KEY}'\n[[", 0o600, 2, "user file", "is no TOML file, it stops in the middle: mend"),
        (f"[wiro]\nkey = '{KEY}'\nsecrt = '{SECRET}'\n", 0o600, 2, "user file", "did you mean `secret`?"),
        (f"[wiro]\nkey = '{KEY}'\n", 0o644, 3, "user file", "chmod 600"),
        (f"[wiro]\nkey = '{KEY} {SECRET}'\n", 0o600, 3, "credentials", "the API key holds a space"),
        (f"[wiro]\nkey = '{KEY}'\nbase-url = 'https://u:{SECRET}@h/'\n", 0o600, 2, "user file", "more than host"),
        (f"[wiro]\nkey = '{KEY}'\nbase-url = 'http://h.test/'\n", 0o600, 2, "base URL", "unencrypted"),
        (f"[wiro]\nkey = '{KEY}'\nbase-url = 'https://ä.test/'\n", 0o600, 2, "user file", "no URL has"),
    ],
)
def test_what_is_wrong_with_the_user_file(
    capsys: pytest.CaptureFixture[str], text: str, mode: int, code: int, subject: str, says: str
) -> None:
    write_user_file(text, mode)
    got, found = examine(capsys, "--offline")
    assert got == code
    assert found[subject][0] == "error"
    assert says in found[subject][1]


def test_every_flaw_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_user_file("[wiro]\na = 1\nb = 2\n")
    Path("storyscript.toml").write_text(f"[wiro]\nsecret = '{SECRET}'\nbase-url = 'https://evil.test'\n", "utf-8")
    assert main(["doctor"]) == 2
    out = capsys.readouterr().out
    assert [line.split()[1:3] for line in out.splitlines() if line.startswith("error")] == [
        ["user", "file"],
        ["user", "file"],
        ["project", "file"],
        ["project", "file"],
    ]
    assert "skipped  service" in out
    assert SECRET not in out


# ---- the service ---------------------------------------------------------------------------------------------


@pytest.mark.real_socket
def test_all_is_well(capsys: pytest.CaptureFixture[str], wiro: Machine) -> None:
    code, found = examine(capsys)
    assert code == 0
    assert {status for status, _ in found.values()} == {"ok"}
    assert found["base URL"] == ("ok", f"{wiro.base_url} (from WIRO_BASE_URL)")
    assert found["service"][1].startswith("answers within 0.")
    assert found["account"] == ("ok", "the service accepts the credentials")
    assert found["tool"] == ("ok", f"{protocol.TOOL}: 16 parameters, all as storyscript knows them")
    assert found["price"][1].endswith("a request (the service's `dynamicprice`)")
    assert wiro.ledger() == {"runs": []}


@pytest.mark.real_socket
def test_as_json(capsys: pytest.CaptureFixture[str], wiro: Machine) -> None:
    wiro.faults.always(protocol.TOOL_DETAIL, altered(lambda items: items.pop()))
    assert main(["doctor", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["exitCode"] == 0
    assert found["differences"] == [{"parameter": "seed", "change": "gone", "here": [], "there": []}]
    assert {"subject": "account", "status": "ok", "message": "the service accepts the credentials"} in found["checks"]
    assert [check["status"] for check in found["checks"] if check["subject"] == "tool"] == ["warning"]


@pytest.mark.real_socket
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WIRO_API_SECRET", "wrong", "Project authorization is not valid."),
        ("WIRO_API_SECRET", "", "Project requires signature authentication."),
        ("WIRO_API_KEY", "wrong", "Project authorization is not founded."),
    ],
)
def test_refused_credentials(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    wiro: Machine,
    name: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(name, value)
    code, found = examine(capsys)
    assert code == 3
    assert found["service"][0] == "ok"
    assert found["account"][0] == "error"
    assert says in found["account"][1]
    assert found["tool"][0] == "skipped"
    assert wiro.ledger() == {"runs": []}


@pytest.mark.real_socket
def test_without_credentials_the_service_is_looked_at_all_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wiro: Machine
) -> None:
    monkeypatch.delenv("WIRO_API_KEY")
    code, found = examine(capsys)
    assert code == 3
    assert found["service"][0] == "ok"
    assert found["account"] == ("skipped", "not tried: there are no credentials")
    assert found["tool"][0] == "skipped"
    wiro.faults.always(protocol.TOOL_DETAIL, faults.http(200, b'{"result": true, "errors": [], "tool": [{}]}'))
    code, found = examine(capsys)
    assert code == 3
    assert "states no parameters" in found["tool"][1]
    assert found["price"] == ("ok", "unknown: the service states none")


@pytest.mark.real_socket
def test_nobody_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wiro: Machine) -> None:
    del wiro
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("WIRO_BASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        code, found = examine(capsys)
    assert code == 5
    assert found["service"] == (
        "error",
        (
            "/Task/Detail: no connection: nothing listens at the address, or a firewall refuses; check the address, or "
            "try again later"
        ),
    )
    assert found["tool"][0] == "skipped"


UNCLEAR = [
    (faults.HTML, 4),
    (faults.HALF, 4),
    (faults.EMPTY, 4),
    (faults.LIST, 4),
    (faults.http(302, location="https://elsewhere.invalid/"), 4),
    (faults.http(200, b"\x00\xff" * 100), 4),
    (faults.http(500), 5),
    (faults.http(503, retry_after="100000"), 5),
    (faults.http(429, retry_after="100000"), 5),
    (faults.Broken("reset"), 5),
]


@pytest.mark.real_socket
@pytest.mark.parametrize("endpoint", [protocol.TASK_DETAIL, protocol.TOOL_DETAIL])
@pytest.mark.parametrize(("fault", "code"), UNCLEAR, ids=[str(number) for number in range(len(UNCLEAR))])
def test_answers_that_are_unclear(
    capsys: pytest.CaptureFixture[str], wiro: Machine, fault: faults.Fault, code: int, endpoint: str
) -> None:
    wiro.faults.always(endpoint, fault)
    got, found = examine(capsys)
    assert got == code
    assert [subject for subject, (status, _) in found.items() if status == "error"] != []
    # It does not wait for the service to ask again.
    assert wiro.faults.seen[endpoint] == 1


Items = list[dict[str, Any]]


def altered(change: Callable[[Items], object]) -> faults.Edited:
    """The right answer, with something changed in the tool's parameters."""

    def edit(answer: dict[str, Any]) -> object:
        answer = json.loads(json.dumps(answer))
        change(answer["tool"][0]["parameters"][0]["items"])
        return answer

    return faults.Edited(edit)


def item(items: Items, name: str) -> dict[str, Any]:
    return next(item for item in items if item["id"] == name)


DIFFERENCES: dict[str, Callable[[Items], object]] = {
    "`seed`: the service has it no longer": lambda items: items.remove(item(items, "seed")),
    "`mood`: new, storyscript does not know it (type select, default `calm`)": lambda items: items.append(
        {"id": "mood", "type": "select", "default": "calm"}
    ),
    "`licence`: new and required, storyscript does not know it (type text)": lambda items: items.append(
        {"id": "licence", "type": "text", "required": True}
    ),
    "`steps`: type `text` at the service, `number` in storyscript": lambda items: item(items, "steps").update(
        type="text"
    ),
    "`scale`: default `5` at the service, `2.0` in storyscript": lambda items: item(items, "scale").update(default=5),
    "`styleName`: the service offers no longer: Line art": lambda items: item(items, "styleName")["options"].remove(
        {"label": "Line art", "value": "Line art"}
    ),
    "`selectedModel`: the service offers also: 2000 a/New": lambda items: item(items, "selectedModel")[
        "options"
    ].append({"label": "a/New", "value": "2000"}),
}


@pytest.mark.real_socket
@pytest.mark.parametrize("line", DIFFERENCES)
def test_a_difference_has_a_line(capsys: pytest.CaptureFixture[str], wiro: Machine, line: str) -> None:
    wiro.faults.always(protocol.TOOL_DETAIL, altered(DIFFERENCES[line]))
    code, found = examine(capsys)
    assert code == 0
    assert found["tool"] == ("warning", f"{protocol.TOOL}: {line}")
    code, found = examine(capsys, "--strict")
    assert code == 4
    assert found["tool"] == ("error", f"{protocol.TOOL}: {line}")


@pytest.mark.real_socket
def test_the_services_words_are_made_safe(capsys: pytest.CaptureFixture[str], wiro: Machine) -> None:
    evil = f"\x1b[31m\u202eevil\n{KEY}{SECRET}" + "x" * 5000

    def change(items: Items) -> None:
        item(items, "styleName")["options"] = [{"label": evil, "value": evil}]
        item(items, "steps")["default"] = evil
        items.append({"id": "mood", "type": evil, "default": evil})

    wiro.faults.always(protocol.TOOL_DETAIL, altered(change))
    for words in ((), ("--format", "json")):
        assert main(["doctor", *words]) == 0
        out = capsys.readouterr().out
        assert "evil" in out
        assert not {"\x1b", "\u202e"} & set(out)
        assert KEY not in out
        assert SECRET not in out
        assert max(map(len, out.splitlines())) < 900


@pytest.mark.real_socket
def test_as_a_process(tmp_path: Path, wiro: Machine) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "WIRO_BASE_URL": wiro.base_url,
        "WIRO_API_KEY": KEY,
        "WIRO_API_SECRET": SECRET,
    }
    done = subprocess.run(
        [sys.executable, "-m", "storyscript", "doctor"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}
    assert "\x1b" not in done.stdout
