from __future__ import annotations

import os
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript import protocol
from storyscript.config.addresses import read_projects_base_url, read_projects_socket_url, read_socket_url
from storyscript.config.files import PROJECT_KEYS, USER_KEYS, is_trusted_owner, project_file, user_file
from storyscript.config.project import load_project
from storyscript.config.reading import load
from storyscript.config.service import Setting, Variables, find_service, read_settings
from storyscript.errors import ConfigurationError, CredentialsError
from storyscript.hidden import Hidden

KEY, SECRET = "MARKED-KEY-31", "MARKED-SECRET-32"
ACCOUNT = f'[wiro]\nkey = "{KEY}"\nsecret = "{SECRET}"\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("WIRO_API_KEY", "WIRO_API_SECRET", "WIRO_BASE_URL", "WIRO_SOCKET_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def write_user_file(text: str, mode: int = 0o600) -> Path:
    path = user_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def write_project(text: str, folder: str = ".") -> Path:
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder, "storyscript.toml").resolve()
    path.write_text(text, "utf-8")
    return path


# ---- precedence ----------------------------------------------------------------------------------------------


def test_each_source_wins_over_the_next() -> None:
    settings = read_settings(Path())
    assert settings.base_url == Setting(protocol.BASE_URL, "the default")
    assert settings.socket_url == Setting(protocol.SOCKET_URL, "the default")
    assert (settings.key, settings.secret, settings.user_file, settings.project_file) == (None, None, None, None)
    user = write_user_file(f'{ACCOUNT}base-url = "https://user.test/v1"\nsocket-url = "wss://user.test/v1"\n')
    settings = read_settings(Path())
    assert settings.base_url == Setting("https://user.test/v1", f"`{user}`")
    assert settings.socket_url == Setting("wss://user.test/v1", f"`{user}`")
    assert settings.key == Setting(Hidden(KEY), f"`{user}`")
    project = write_project('[wiro]\nbase-url = "http://localhost:1/v1"\nsocket-url = "ws://127.0.0.1:2/v1"\n')
    settings = read_settings(Path())
    assert settings.base_url == Setting("http://localhost:1/v1", f"`{project}`")
    assert settings.socket_url == Setting("ws://127.0.0.1:2/v1", f"`{project}`")
    assert settings.key == Setting(Hidden(KEY), f"`{user}`")
    variables = Variables({"WIRO_BASE_URL": "https://env.test/v1", "WIRO_SOCKET_URL": "wss://env.test/v1"})
    settings = read_settings(Path(), variables)
    assert settings.base_url == Setting("https://env.test/v1", "WIRO_BASE_URL")
    assert settings.socket_url == Setting("wss://env.test/v1", "WIRO_SOCKET_URL")
    settings = read_settings(Path(), variables, base_url="https://option.test/v1")
    assert settings.base_url == Setting("https://option.test/v1", "the option --base-url")


def test_an_empty_variable_says_nothing() -> None:
    assert read_settings(Path(), Variables({"WIRO_BASE_URL": " ", "WIRO_API_KEY": ""})) == read_settings(Path())


def test_the_default_socket_goes_with_the_default_service_alone() -> None:
    service = find_service(environment={"WIRO_API_KEY": "k", "WIRO_BASE_URL": "http://127.0.0.1:1/v1"})
    assert service.socket_url is None
    assert find_service(environment={"WIRO_API_KEY": "k"}).socket_url == protocol.SOCKET_URL


def test_the_nearest_project_file_counts() -> None:
    outer = write_project('[wiro]\nbase-url = "http://localhost:1/v1"\n')
    inner = write_project('[wiro]\nbase-url = "http://localhost:2/v1"\n', "a/b")
    Path("a/b/c").mkdir()
    assert project_file(Path("a/b/c")) == project_file(Path("a/b")) == inner
    assert project_file(Path("a")) == project_file(Path()) == project_file(Path("not/there")) == outer
    Path("d/storyscript.toml").mkdir(parents=True)
    assert project_file(Path("d")) == outer


def test_stories_of_different_projects_share_a_run_only_if_they_share_a_service() -> None:
    write_user_file(ACCOUNT)
    write_project('[wiro]\nbase-url = "http://localhost:1/v1"\n', "a")
    write_project('[wiro]\nbase-url = "http://localhost:1/v1"\n', "b")
    write_project('[wiro]\nbase-url = "http://localhost:2/v1"\n', "c")
    assert find_service(Path("a"), Path("b")).base_url == "http://localhost:1/v1"
    with pytest.raises(ConfigurationError, match=r"different services.*above `c`.*one at a time"):
        find_service(Path("a"), Path("b"), Path("c"))


# ---- what a project may say ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://api.wiro.ai/v1",
        "https://API.wiro.ai:443/v2/",
        "https://wiro.ai",
        "http://localhost:8000/v1",
        "http://127.0.0.1:1/v1",
        "http://127.9.9.9/v1",
        "http://[::1]:80/v1",
    ],
)
def test_addresses_that_a_project_may_choose(url: str) -> None:
    assert read_projects_base_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/v1",
        "https://wiro.ai.evil.test/v1",
        "https://notwiro.ai/v1",
        "https://api.wiro.ai@evil.test/v1",
        "https://evil.test#@api.wiro.ai/v1",
        "https://evil.test/?x=.wiro.ai",
        "https://evil.test\\.wiro.ai/v1",
        "https://api.wiro.ai\n.evil.test/",
        "https://api.wiro.ai%2eevil.test/",
        "https://\u0430pi.wiro.ai/v1",
        "http://api.wiro.ai/v1",
        "http://10.0.0.1/v1",
        "http://127.0.0.1.evil.test/v1",
        "http://localhost.evil.test/v1",
        "http://0x7f000001/v1",
        "http://2130706433/v1",
        "ftp://localhost/v1",
        "//api.wiro.ai/v1",
        "api.wiro.ai",
        "",
        7,
        None,
        ["https://api.wiro.ai/v1"],
    ],
    ids=ascii,
)
def test_addresses_that_a_project_may_not_choose(url: object) -> None:
    with pytest.raises(ValueError, match=r"leads to another host|is no base URL|must be a text"):
        read_projects_base_url(url)


@given(st.from_regex(r"https?://[a-z@.:/\\#?\[\]%1]{1,30}", fullmatch=True))
def test_what_a_project_may_choose_leads_there_by_the_clients_reading_too(url: str) -> None:
    import httpx  # noqa: PLC0415 - beside its use

    try:
        read_projects_base_url(url)
    except ValueError:
        return
    try:
        host = httpx.URL(url).host
    except httpx.InvalidURL:
        return
    assert host == "wiro.ai" or host.endswith((".wiro.ai", "localhost")) or host.startswith(("127.", "::1"))


def test_socket_addresses() -> None:
    assert read_socket_url("wss://elsewhere.test/v1") == "wss://elsewhere.test/v1"
    assert read_projects_socket_url("wss://socket.wiro.ai/v1") == "wss://socket.wiro.ai/v1"
    for url in ("ws://elsewhere.test/v1", "https://elsewhere.test", "wss://a b", "wss://u:p@h/"):
        with pytest.raises(ValueError, match=r"unencrypted|no address"):
            read_socket_url(url)
    for url in ("wss://elsewhere.test/v1", "ws://socket.wiro.ai"):
        with pytest.raises(ValueError, match=r"unencrypted|another host"):
            read_projects_socket_url(url)
    with pytest.raises(ConfigurationError, match="WIRO_SOCKET_URL is no address of a WebSocket"):
        read_settings(Path(), Variables({"WIRO_SOCKET_URL": "https://x/"}))


@pytest.mark.parametrize(
    "key", ["key", "secret", "api-key", "api_secret", "apiKey", "Wiro-Key", "WIRO_API_KEY", "wiro_api_secret"]
)
@pytest.mark.parametrize("table", ["[wiro]", "[story]", "[check]", ""])
def test_credentials_in_a_project_file(table: str, key: str) -> None:
    path = write_project(f'{table}\n{key} = "{SECRET}"\n')
    write_user_file(ACCOUNT)
    with pytest.raises(ConfigurationError) as caught:
        find_service()
    message = str(caught.value)
    where = f" in the table {table}" if table else ""
    assert message.startswith(f"`{path}`, line 2: `{key}`{where} must not stand in a project file")
    assert "storyscript login" in message
    assert load_project(path.parent).sentences() == [message]
    assert SECRET not in message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f'[auth]\nkey = "{SECRET}"\n', "auth"),
        (f'[auth.of.mine]\nkey = "{SECRET}"\n', "auth.of.mine"),
        (f'[[story]]\nkey = "{SECRET}"\n', "story"),
        (f'[story]\nnegative = [[], [{{key = "{SECRET}"}}]]\n', "story.negative"),
        (f'story.wiro.key = "{SECRET}"\n', "story.wiro"),
    ],
)
def test_credentials_in_a_table_that_a_project_file_has_not(text: str, where: str) -> None:
    project = load_project(write_project(text).parent)
    [one] = [flaw for flaw in project.flaws if "storyscript login" in flaw.message]
    assert one.message.startswith(f"`key` in the table [{where}] must not stand in a project file")
    assert len(project.flaws) == 2  # the table is none, too
    assert SECRET not in str(project.flaws)


@pytest.mark.parametrize(("depth", "is_told"), [(8, True), (9, False), (400, False)])
def test_credentials_are_looked_for_as_deep_as_anybody_writes_them(depth: int, *, is_told: bool) -> None:
    flaws = load_project(write_project(f'{"a." * depth}key = "{SECRET}"\n').parent).flaws
    assert any("storyscript login" in flaw.message for flaw in flaws) == is_told
    assert SECRET not in str(flaws)


def test_a_project_file_of_somebody_else_chooses_no_service() -> None:
    assert is_trusted_owner(os.getuid())
    assert is_trusted_owner(0)
    assert not is_trusted_owner(os.getuid() + 1)
    path = write_project('[wiro]\nbase-url = "http://localhost:1/v1"\n')
    try:
        os.chown(path, os.getuid() + 1, -1)
    except PermissionError:
        pytest.skip("only root gives files away")
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        read_settings(Path())
    path.write_text("", "utf-8")
    assert read_settings(Path()).project_file == path


# ---- files that are wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[wrio]\n", "`FILE`, line 1: there is no table [wrio]; did you mean [wiro]?"),
        ("[x]\n", "`FILE`, line 1: there is no table [x]; known here: [wiro]"),
        (
            "[wiro]\nsercet = 'x'\n",
            "`FILE`, line 2: there is no key `sercet` in the table [wiro]; did you mean `secret`?",
        ),
        (
            "[wiro]\nuser = 'x'\n",
            "`FILE`, line 2: there is no key `user` in the table [wiro]; "  # noqa: ISC004 - one text
            "known here: `key`, `secret`, `base-url`, `socket-url`",
        ),
        ("[wiro]\nkey = 5\n", "`FILE`, line 2: `key` in the table [wiro] must be a text in quotes that is not empty"),
        ("[wiro]\nkey = ' '\n", "`FILE`, line 2: `key` in the table [wiro] must be a text in quotes that is not empty"),
        ("wiro = 'x'\n", "`FILE`, line 1: `wiro` is a table: write [wiro] on a line of its own, and its keys below"),
        ("[[wiro]]\n", "`FILE`, line 1: `wiro` is a table: write [wiro] on a line of its own, and its keys below"),
        ("a = 1\nb = 2\nc = 3", "`FILE`, line 1: there is no key `a`; known here: [wiro] (and 2 more mistakes)"),
        ("[wiro]\nkey = x\n", "`FILE` is no TOML file from line 2, column 7 on: mend or delete it"),
        ("[wiro]\nkey = 'x'\nkey = 'y'\n", "`FILE` is no TOML file from line 3, column 10 on: mend or delete it"),
        ("x = " + "[" * 5000, "`FILE` is no TOML file that can be read: it is nested too deeply"),
        ("x = " + "9" * 5000, "`FILE` is no TOML file: mend or delete it"),
        ("#" * (1024 * 1024 + 1), "`FILE` is larger than 1048576 bytes, so it is no settings file"),
    ],
    ids=lambda text: text[:24],
)
def test_a_user_file_that_is_wrong(text: str, says: str) -> None:
    path = write_user_file(text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(Path())
    assert str(caught.value) == says.replace("FILE", str(path))


def test_a_project_file_that_is_wrong() -> None:
    path = write_project("[wiro]\nbas-url = 'https://api.wiro.ai/v1'\n")
    with pytest.raises(ConfigurationError) as caught:
        read_settings(Path())
    # Not `key`, although that is looked for.
    assert str(caught.value) == (
        f"`{path}`, line 2: there is no key `bas-url` in the table [wiro]; did you mean `base-url`?"
    )
    write_project("strikt = true\n")
    with pytest.raises(ConfigurationError, match=r"no key `strikt`; known here: \[check\], \[story\], \[wiro\]$"):
        read_settings(Path())


def test_bytes_that_are_no_text() -> None:
    path = write_user_file("")
    path.write_bytes(b"[wiro]\nkey = '\xff'\n")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read_settings(Path())
    path.write_bytes(b"\xef\xbb\xbf[wiro]\r\nkey = 'k'\r\n")
    assert read_settings(Path()).key == Setting(Hidden("k"), f"`{path}`")


def test_a_folder_in_place_of_the_user_file() -> None:
    user_file().mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings(Path())


@pytest.mark.skipif(os.name != "posix", reason="modes are posix")
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o644, 0o666])
def test_a_user_file_that_others_can_read(mode: int) -> None:
    write_user_file(ACCOUNT, mode)
    with pytest.raises(CredentialsError, match="chmod 600"):
        read_settings(Path())
    assert read_settings(Path(), closed=False).key is not None
    write_user_file("[wiro]\n", mode)
    assert read_settings(Path()).key is None


KEYS = st.sampled_from(["wiro", "key", "secret", "base-url", "x", "wiro.key", "wiro.x", '"a b"', "wiro.x.y"])
VALUES = st.sampled_from(
    [f'"{SECRET}"', "1", "true", f'["{SECRET}"]', f'{{key = "{SECRET}"}}', "nan", "1979-05-27", ""]
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=5), st.booleans())
def test_whatever_a_file_holds_no_message_quotes_a_value(pairs: list[tuple[str, str]], mine: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    path = user_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{key} = {value}\n" for key, value in pairs), "utf-8")
    loaded = load(path, USER_KEYS if mine else PROJECT_KEYS)
    assert loaded is not None
    assert SECRET not in str(loaded.flaws)
    assert mine or SECRET not in str(loaded.values)


@pytest.mark.parametrize(
    "text",
    [
        ACCOUNT + "x = 1\n",
        ACCOUNT + "base-url = 5\n",
        ACCOUNT.replace("key =", "api-key ="),
        ACCOUNT + "[[[",
        f'wiro = "{SECRET}"',
        ACCOUNT + 'socket-url = "x"\n',
    ],
)
def test_no_traceback_with_local_variables_shows_a_value(text: str) -> None:
    write_user_file(text)
    os.environ["WIRO_API_SECRET"] = SECRET
    try:
        with pytest.raises(ConfigurationError) as caught:
            find_service(environment=os.environ)
    finally:
        del os.environ["WIRO_API_SECRET"]
    error = caught.value
    assert error.__context__ is None
    # From our own code on: the first frame is this function's.
    error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "config.toml" in shown
    assert KEY not in shown
    assert SECRET not in shown
    assert SECRET not in repr(read_settings.__defaults__)
