"""Credentials are in the user file and in the headers of requests, and nowhere else, whatever goes wrong."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest

from storyscript import protocol
from storyscript.cli import main
from storyscript.cli.arguments import parse_arguments
from storyscript.config.files import load_user_file, user_file
from storyscript.config.service import Variables, find_service, read_settings
from storyscript.fake import Account, Machine, faults
from storyscript.fake.serving.server import FakeServer
from storyscript.hidden import Hidden
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Iterator

# Constants of the module: what is a local variable of a test would be in the tracebacks that are looked at.
KEY, SECRET = "MARKED-KEY-61", "MARKED-SECRET-62"
MARKS = (KEY, SECRET, "MARKED")
ACCOUNT = f'[wiro]\nkey = "{KEY}"\nsecret = "{SECRET}"\n'
STORY = "size: 256\ncharacter Mira\n  a girl\nscene a\n  walks home\n"
COMMANDS = (["doctor"], ["doctor", "--format", "json"], ["run", "--yes", "a.story"], ["login"])

pytestmark = [pytest.mark.real_socket, pytest.mark.slow, pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL", "WIRO_SOCKET_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    Path("a.story").write_text(STORY, "utf-8")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any library logs, down to the least."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def write_user_file(text: str, mode: int = 0o600) -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text(text, "utf-8")
    user_file().chmod(mode)


def assert_nowhere(*texts: str) -> None:
    """The marks are in none of the texts, and in no file but the user's own."""
    home = Path(os.environ["HOME"])
    for path in home.rglob("*"):
        if path.is_file() and path != user_file():
            texts = (*texts, path.read_bytes().decode("latin-1"), str(path))
    for text in texts:
        assert not any(mark in text for mark in MARKS), text


class Trouble(NamedTuple):
    """A way to fail.

    Attributes:
        code: the exit codes that it may end with.
        user: the user file.
        mode: its mode.
        project: the project file.
        fault: what the service does.
        variables: of the environment.
    """

    code: tuple[int, ...]
    user: str = ACCOUNT
    mode: int = 0o600
    project: str = ""
    fault: faults.Fault | None = None
    variables: tuple[tuple[str, str], ...] = ()


def echo(answer: dict[str, object]) -> object:
    """A service that says everything that it heard."""
    return {"result": False, "errors": [{"code": 0, "message": f"no {KEY} {SECRET}"}], "tool": KEY, "x": answer}


def wrong_place(answer: dict[str, object]) -> object:
    """The same, where something else should be."""
    wrong = [{"id": {KEY: SECRET}, "parameters": [{"items": [{"id": f"{KEY} {SECRET}"}]}]}]
    return {**answer, "tasklist": wrong, "tool": wrong, "taskid": [KEY], "result": True}


TROUBLE = {
    "none": Trouble((0,)),
    "no TOML": Trouble((2,), user=ACCOUNT + "[[["),
    "a value without quotes": Trouble((2,), user=f"[wiro]\nkey = {KEY}\n"),
    "a line that is a value": Trouble((2,), user=f"[wiro]\n{KEY}\n"),
    "a key twice": Trouble((2,), user=ACCOUNT + f'key = "{KEY}"\n'),
    "an unknown key": Trouble((2,), user=ACCOUNT + f'api-secret = "{SECRET}"\n'),
    "a wrong type": Trouble((2,), user=f'[wiro]\nkey = ["{KEY}"]\n'),
    "no table": Trouble((2,), user=f'wiro = "{KEY}"\n'),
    "open to others": Trouble((0, 3), mode=0o644),
    "half a header": Trouble((0, 3), user=ACCOUNT.replace(KEY, f"{KEY} x").replace(SECRET, f"{SECRET}\\n x")),
    "a base URL with a password": Trouble((2,), user=ACCOUNT, variables=(("WIRO_BASE_URL", f"https://u:{SECRET}@h/"),)),
    "a base URL in clear": Trouble((2,), variables=(("WIRO_BASE_URL", "http://h.test/"),)),
    "a project with credentials": Trouble((2,), project=f'[wiro]\nkey = "{KEY}"\n'),
    "a project that leads away": Trouble((2,), project='[wiro]\nbase-url = "https://evil.test"\n'),
    "refused": Trouble((3,), variables=(("WIRO_API_KEY", f"{KEY}-wrong"), ("WIRO_API_SECRET", SECRET))),
    "wrong secret": Trouble((3,), variables=(("WIRO_API_KEY", KEY), ("WIRO_API_SECRET", f"{SECRET}-wrong"))),
    "unreachable": Trouble((5,), variables=(("WIRO_BASE_URL", "http://127.0.0.1:1/v1"),)),
    "broken": Trouble((5,), fault=faults.Broken("reset")),
    "echo": Trouble((0, 4), fault=faults.Edited(echo)),
    "echo in a wrong place": Trouble((0, 4, 5), fault=faults.Edited(wrong_place)),
    "echo with 401": Trouble((3,), fault=faults.http(401, f'{{"message": "{KEY}", "result": false}}'.encode())),
    "html": Trouble((4, 5), fault=faults.http(200, f"<p>{KEY} {SECRET}".encode())),
    "redirect": Trouble((4,), fault=faults.http(302, location="https://h.invalid/")),
}


@pytest.fixture(params=TROUBLE)
def trouble(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trouble]:
    found = TROUBLE[request.param]
    machine = Machine(account=Account(KEY, SECRET), speed=0)
    if found.fault is not None:
        for endpoint in (protocol.RUN, protocol.TASK_DETAIL, protocol.TOOL_DETAIL):
            machine.faults.always(endpoint, found.fault)
    with FakeServer(machine) as server:
        monkeypatch.setenv("WIRO_BASE_URL", server.base_url)
        for name, value in found.variables:
            monkeypatch.setenv(name, value)
        write_user_file(found.user, found.mode)
        if found.project:
            Path("storyscript.toml").write_text(found.project.replace(KEY, "x"), "utf-8")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{KEY}\n{SECRET}\n".encode()), "utf-8"))
        yield found


@pytest.mark.parametrize("command", COMMANDS[:3], ids=" ".join)
def test_nothing_that_a_command_leaves_holds_them(
    capsys: pytest.CaptureFixture[str], log: io.StringIO, trouble: Trouble, command: list[str]
) -> None:
    # Waiting between attempts is not what is looked at here.
    code = main(command)
    out, err = capsys.readouterr()
    assert code in trouble.code
    assert out + err != ""
    assert_nowhere(out, err, log.getvalue())


def test_nothing_that_a_login_leaves_holds_them(
    capsys: pytest.CaptureFixture[str], log: io.StringIO, trouble: Trouble
) -> None:
    code = main(["login"])
    out, err = capsys.readouterr()
    # With what is typed, credentials of environment and file do not count.
    assert code in (0, *trouble.code)
    assert_nowhere(out, err, log.getvalue())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_traceback_with_local_variables_holds_them(
    capsys: pytest.CaptureFixture[str], trouble: Trouble, command: list[str]
) -> None:
    del trouble
    arguments = parse_arguments(command)
    try:
        arguments.command(arguments)
    except Exception as error:  # noqa: BLE001 - whatever comes
        found: BaseException | None = error
        while found is not None:
            assert_nowhere(
                "".join(traceback.TracebackException.from_exception(found, capture_locals=True).format()), repr(found)
            )
            # Also what `from None` keeps out of sight.
            found = found.__cause__ or found.__context__
    assert_nowhere(*capsys.readouterr())


def test_no_object_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    write_user_file(ACCOUNT)
    service = find_service()
    credentials = Credentials(service.key, service.secret)
    client = WiroClient(credentials, base_url="https://h.test/v1")
    monkeypatch.setenv("WIRO_API_KEY", KEY)
    monkeypatch.setenv("WIRO_API_SECRET", SECRET)
    things = [service, credentials, client, find_service(), read_settings(Path()), load_user_file(), Variables()]
    things += [Account(KEY, SECRET), Machine(account=Account(KEY, SECRET)), client._connection, client._censor]
    things += [vars(client), vars(client._connection), vars(client._censor), vars(Variables()), Hidden(KEY)]
    for thing in things:
        assert_nowhere(repr(thing), str(thing), f"{thing}")
    asyncio.run(client.aclose())


class BrokenTransport(httpx.AsyncBaseTransport):
    """Fails in a way that nobody reckons with."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise RuntimeError(f"{request!r} is too much")


def test_an_error_that_nobody_reckons_with_shows_nothing() -> None:
    async def ask() -> None:
        given = Credentials(KEY, SECRET)
        async with WiroClient(given, base_url="https://h.test/v1", transport=BrokenTransport()) as client:
            await client.verify()

    with pytest.raises(RuntimeError) as caught:
        asyncio.run(ask())
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "handle_async_request" in shown
    assert_nowhere(shown)


def test_a_process_with_all_that_helps_in_debugging_shows_nothing(tmp_path: Path) -> None:
    write_user_file(ACCOUNT)
    machine = Machine(account=Account(KEY, "another"))
    with FakeServer(machine) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "WIRO_BASE_URL": server.base_url,
            "PYTHONASYNCIODEBUG": "1",
        }
        logged = "import logging, sys; logging.basicConfig(level=0); from storyscript.cli import main; sys.exit(main())"
        for command in (["doctor"], ["run", "--yes", "a.story"]):
            done = subprocess.run(
                [sys.executable, "-X", "dev", "-c", logged, *command],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 3
            assert "send_request_headers" in done.stderr
            assert_nowhere(done.stdout, done.stderr)


def test_the_marks_would_be_found() -> None:
    """The tests above look where something could be."""
    Path("leak.txt").write_text(f"... {SECRET} ...", "utf-8")
    with pytest.raises(AssertionError):
        assert_nowhere()
    Path("leak.txt").unlink()
    assert_nowhere()
    with pytest.raises(AssertionError):
        assert_nowhere(f"key={KEY}")
