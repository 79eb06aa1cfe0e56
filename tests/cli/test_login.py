from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyscript import protocol
from storyscript.cli import main
from storyscript.config.files import user_file
from storyscript.config.service import find_service
from storyscript.fake import Account, Machine, faults
from storyscript.fake.serving.server import FakeServer

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY, SECRET = "MARKED-KEY-51", "MARKED-SECRET-52"
BOTH = f"{KEY}\n{SECRET}\n"


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
    del socket_enabled
    machine = Machine(account=Account(KEY, SECRET))
    with FakeServer(machine) as server:
        monkeypatch.setenv("WIRO_BASE_URL", server.base_url)
        yield machine


def login(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str | bytes, *words: str
) -> tuple[int, str, str]:
    data = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
    code = main(["login", *words])
    out, err = capsys.readouterr()
    for value in (KEY, SECRET):
        assert value not in out + err
    return code, out, err


def held() -> dict[str, object]:
    return tomllib.loads(user_file().read_text("utf-8"))


def modes() -> tuple[int, int]:
    return stat.S_IMODE(user_file().stat().st_mode), stat.S_IMODE(user_file().parent.stat().st_mode)


# ---- what is saved -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [BOTH, f"{KEY}\r\n{SECRET}\r\n", f"\ufeff {KEY} \n\t{SECRET}", f"{BOTH}\n \n"], ids=ascii
)
def test_two_lines_become_a_file_for_its_owner_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    old = os.umask(0)
    try:
        assert login(capsys, monkeypatch, text, "--no-verify") == (0, f"{user_file()}\n", "")
    finally:
        os.umask(old)
    assert held() == {"wiro": {"key": KEY, "secret": SECRET}}
    assert modes() == (0o600, 0o700)
    assert os.listdir(user_file().parent) == ["config.toml"]
    service = find_service(environment={})
    assert (service.key.reveal(), service.secret and service.secret.reveal()) == (KEY, SECRET)


@pytest.mark.parametrize("text", [KEY, f"{KEY}\n", f"{KEY}\n\n", f"{KEY}\n \n"], ids=ascii)
def test_a_project_without_signatures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    assert login(capsys, monkeypatch, BOTH, "--no-verify")[0] == 0
    assert login(capsys, monkeypatch, text, "--no-verify")[0] == 0
    # Not the old secret: it belonged to another key.
    assert held() == {"wiro": {"key": KEY}}
    assert find_service(environment={}).secret is None


def test_what_else_stands_in_the_file_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file().parent.mkdir(parents=True, mode=0o755)
    user_file().write_text(
        '# mine\n\n[wiro]  # the account\nbase-url = "https://a.test/v1"  # not the default\nkey = "old"  # of May\n',
        "utf-8",
    )
    user_file().chmod(0o644)
    assert login(capsys, monkeypatch, BOTH, "--no-verify")[0] == 0
    assert user_file().read_text("utf-8") == (
        '# mine\n\n[wiro]  # the account\nbase-url = "https://a.test/v1"  # not the default\n'
        f'key = "{KEY}"  # of May\nsecret = "{SECRET}"\n'
    )
    assert modes() == (0o600, 0o700)


def test_a_link_is_followed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dotfiles").mkdir(mode=0o755)
    kept = tmp_path / "dotfiles" / "storyscript.toml"
    kept.write_text("", "utf-8")
    user_file().parent.mkdir(parents=True)
    user_file().symlink_to(kept)
    assert login(capsys, monkeypatch, BOTH, "--no-verify")[0] == 0
    assert user_file().is_symlink()
    assert KEY in kept.read_text("utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o755


@pytest.mark.parametrize("key", ['a"b\\c', "a'b", "[x]=#", "~!@$%^&*()"])
def test_keys_with_signs_that_mean_something_in_toml(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    assert login(capsys, monkeypatch, f"{key}\n", "--no-verify")[0] == 0
    assert held() == {"wiro": {"key": key}}


def test_the_environment_that_would_win_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIRO_API_KEY", "another")
    _, _, err = login(capsys, monkeypatch, BOTH, "--no-verify")
    assert err == "storyscript: WIRO_API_KEY is set in the environment and will win over this file\n"


def test_the_address_of_an_option_is_not_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "storyscript: the address is not saved: without `--base-url`, runs "
    words = ("--no-verify", "--base-url", "http://127.0.0.1:9/v1")
    _, _, err = login(capsys, monkeypatch, BOTH, *words)
    assert err == f"{said}use https://api.wiro.ai/v1 (from the default)\n"
    assert find_service(environment={}).base_url == "https://api.wiro.ai/v1"
    monkeypatch.setenv("WIRO_BASE_URL", "https://other.test/v1")
    _, _, err = login(capsys, monkeypatch, BOTH, *words)
    assert err == f"{said}use https://other.test/v1 (from WIRO_BASE_URL)\n"
    monkeypatch.setenv("WIRO_BASE_URL", "https://me@other.test/v1")
    _, _, err = login(capsys, monkeypatch, BOTH, *words)
    assert err.startswith(f"{said}stop: WIRO_BASE_URL holds more than host and path")


def test_an_address_that_runs_use_anyway_is_not_spoken_of(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("storyscript.toml").write_text('[wiro]\nbase-url = "http://127.0.0.1:9/v1/"\n', "utf-8")
    assert login(capsys, monkeypatch, BOTH, "--no-verify", "--base-url", "http://127.0.0.1:9/v1")[2] == ""
    assert login(capsys, monkeypatch, BOTH, "--no-verify")[2] == ""


# ---- what is not ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", 2, "standard input has no API key"),
        (f"\n{SECRET}\n", 2, "standard input has no API key"),
        (f"{BOTH}x\n", 2, "more than two lines"),
        (f"{KEY} x\n", 3, "the API key holds a space"),
        (f"{KEY}\n{SECRET}\x07\n", 3, "the API secret holds a space"),
        (f"{KEY}é\n", 3, "outside printable ASCII"),
        (b"\xff\xfe" + KEY.encode("utf-16-le"), 3, "outside printable ASCII"),
        (b"\xff" * 5, 3, "outside printable ASCII"),
        ("x" * 100_000, 2, "more than two lines"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_lines_that_are_no_credentials(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str | bytes, code: int, says: str
) -> None:
    got, out, err = login(capsys, monkeypatch, text, "--no-verify")
    assert (got, out) == (code, "")
    assert says in err
    assert err.count("\n") == 1
    assert not user_file().exists()


def test_a_closed_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["login"]) == 2
    assert "no API key" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[wiro", "wiro = 5\n", "[wiro]\nkey = 5\n", "[other]\n"])
def test_a_file_that_is_wrong_is_left_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text(text, "utf-8")
    assert login(capsys, monkeypatch, BOTH, "--no-verify")[0] == 2
    assert user_file().read_text("utf-8") == text


def test_a_folder_that_cannot_be_made(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    user_file().parent.parent.mkdir(parents=True)
    user_file().parent.write_text("a file", "utf-8")
    code, _, err = login(capsys, monkeypatch, BOTH, "--no-verify")
    assert code in (2, 6)
    assert err.count("\n") == 1


def test_a_full_disk_leaves_what_was_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource", reason="a limit on the size of files stands for the full disk")
    user_file().parent.mkdir(parents=True)
    user_file().write_text('[wiro]\nkey = "old"\n', "utf-8")
    user_file().chmod(0o600)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, old[1]))
    try:
        code, out, err = login(capsys, monkeypatch, BOTH, "--no-verify")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert (code, out) == (6, "")
    assert "cannot write" in err
    assert held() == {"wiro": {"key": "old"}}
    assert os.listdir(user_file().parent) == ["config.toml"]


# ---- trying them ---------------------------------------------------------------------------------------------


@pytest.mark.real_socket
def test_the_service_is_asked_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wiro: Machine
) -> None:
    code, out, err = login(capsys, monkeypatch, BOTH)
    assert (code, out) == (0, f"{user_file()}\n")
    assert err == (
        f"storyscript: {wiro.base_url} accepts the credentials\n"
        "storyscript: the address is not saved: without WIRO_BASE_URL, runs use https://api.wiro.ai/v1 (from the "
        "default)\n"
    )
    assert held() == {"wiro": {"key": KEY, "secret": SECRET}}
    assert wiro.ledger() == {"runs": []}


@pytest.mark.real_socket
@pytest.mark.parametrize("text", [f"{KEY}\nwrong\n", f"wrong\n{SECRET}\n", f"{KEY}\n"], ids=ascii)
def test_what_the_service_refuses_is_not_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wiro: Machine, text: str
) -> None:
    del wiro
    code, out, err = login(capsys, monkeypatch, text)
    assert (code, out) == (3, "")
    assert "refused the credentials" in err
    assert not user_file().exists()


@pytest.mark.real_socket
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.Broken("reset"), 5),
        (faults.http(500, retry_after="0"), 5),
        (faults.http(429, retry_after="0"), 5),
        (faults.HTML, 4),
        (faults.http(302, location="https://elsewhere.invalid/"), 4),
    ],
    ids=["broken", "500", "429", "html", "redirect"],
)
def test_what_the_service_cannot_be_asked_about_is_not_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wiro: Machine, fault: faults.Fault, code: int
) -> None:
    wiro.faults.always(protocol.TASK_DETAIL, fault)
    got, out, err = login(capsys, monkeypatch, BOTH)
    assert (got, out) == (code, "")
    assert not user_file().exists()
    assert ("--no-verify" in err) is (code == 5)


# ---- on a terminal -------------------------------------------------------------------------------------------


def on_a_terminal(typed: list[bytes], *words: str) -> tuple[int, str, str]:
    """Run the command on a terminal of its own; its exit code, what the terminal showed, and standard output."""
    pty = pytest.importorskip("pty", reason="needs a terminal")
    prompts = [b"API key: ", b"API secret: "]
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - another process
        with Path("stdout").open("wb") as file:
            os.dup2(file.fileno(), 1)
        os.execv(sys.executable, [sys.executable, "-m", "storyscript", "login", *words])  # noqa: S606 - our own program
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 1000)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        while typed and prompts and prompts[0] in shown:
            prompts.pop(0)
            os.write(terminal, typed.pop(0))
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode(), Path("stdout").read_text("utf-8")


def test_on_a_terminal_nothing_typed_is_shown() -> None:
    code, shown, out = on_a_terminal([f"{KEY}\n".encode(), f"{SECRET}\n".encode()], "--no-verify")
    assert (code, out) == (0, f"{user_file()}\n")
    assert "API key: " in shown
    assert KEY not in shown
    assert SECRET not in shown
    assert held() == {"wiro": {"key": KEY, "secret": SECRET}}
    assert modes() == (0o600, 0o700)


def test_on_a_terminal_the_secret_may_be_left_out() -> None:
    assert on_a_terminal([f"{KEY}\n".encode(), b"\n"], "--no-verify")[0] == 0
    assert held() == {"wiro": {"key": KEY}}


@pytest.mark.parametrize(
    ("typed", "code"), [([b"\x03"], 130), ([b"\x04"], 2), ([b"\n"], 3), ([b"a b\n", b"\n"], 3)], ids=ascii
)
def test_on_a_terminal_somebody_thinks_better_of_it(typed: list[bytes], code: int) -> None:
    got, shown, out = on_a_terminal(typed, "--no-verify")
    assert (got, out) == (code, "")
    assert "Traceback" not in shown
    assert not user_file().exists()


def test_as_a_process_the_arguments_show_nothing(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    program = [sys.executable, "-m", "storyscript", "login"]
    refused = subprocess.run(
        [*program, KEY, SECRET], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert refused.returncode == 2
    assert "not given as words" in refused.stderr
    assert KEY not in refused.stderr
    done = subprocess.run(
        [*program, "--no-verify"], env=environment, capture_output=True, text=True, check=True, input=BOTH
    )
    [path] = done.stdout.splitlines()
    assert tomllib.loads(Path(path).read_text("utf-8")) == {"wiro": {"key": KEY, "secret": SECRET}}


def test_a_base_url_without_its_version_verifies_nothing(
    wiro: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--base-url", wiro.base_url.removesuffix("/v1"))
    code, _, err = login(capsys, monkeypatch, BOTH, *words)
    assert code == 4
    assert "check the base URL" in err
    assert not user_file().exists()


@pytest.mark.parametrize("word", [f"-k{SECRET}", f"--no-verify={SECRET}", f"--base-url{SECRET}", f"--{SECRET}"])
def test_what_looks_like_an_option_is_not_repeated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    code, _, err = login(capsys, monkeypatch, BOTH, word)
    assert code == 2
    assert "it may be a secret" in err


@pytest.mark.parametrize("url", [f"https://x:{SECRET}/v1", f"https://{SECRET} x/", f"{SECRET}://x/v1"])
def test_an_address_that_is_none_is_not_repeated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("WIRO_BASE_URL", url)
    code, _, err = login(capsys, monkeypatch, BOTH)
    assert code == 2
    assert "is no base URL" in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_in_place_of_the_user_file_is_not_waited_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file().parent.mkdir(parents=True)
    os.mkfifo(user_file(), 0o600)
    code, _, err = login(capsys, monkeypatch, BOTH, "--no-verify")
    assert code == 2
    assert "is no plain file" in err
