"""The script: what stands in it, and what it sends."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import CASES, check_cases
from storyscript.cli import main
from storyscript.compiler import compile as compile_story
from storyscript.targets.curl import script
from storyscript.targets.payload import payload
from targets.scripts import BASH, KEY, NO_MONEY, SECRET, STORY, bash, needs_programs, script_of, stub_curl

EXAMPLES = Path(__file__).parent.parent.parent / "examples"

SHELLCHECK = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which("shellcheck")

# What a shell, a template or a JSON reader may take for something else.
SIGNS = [
    "'",
    '"',
    "\\",
    "$",
    "`",
    "$(exit 7)",
    "${x}",
    "`exit 7`",
    "EOF",
    "\n",
    "\t",
    "{{ x }}",
    "{% x %}",
    "{#",
    "!",
    "&",
]
hostile = st.lists(
    st.one_of(st.sampled_from(SIGNS), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)), max_size=12
).map("".join)


def head(story: str) -> str:
    """What is the story's own in its script."""
    return script_of(story).partition("\n\n# What kind of picture")[0].partition("set -euo pipefail\n")[2]


def test_scripts_are_those_of_the_case() -> None:
    check_cases(CASES / "curl.txt", head)


@needs_programs
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.story")), ids=lambda path: path.stem)
def test_bash_reads_the_script_of_an_example(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["build", "--emit", "curl", str(path), "-o", str(tmp_path / "a.sh")])
    assert capsys.readouterr().err == ""
    done = subprocess.run([BASH, "-n", str(tmp_path / "a.sh")], capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.skipif(SHELLCHECK is None, reason="shellcheck is not here")
def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    one = STORY.replace("walks home", "says 'hi' \"there\" $(exit 7) `exit 7` \\ && EOF")
    (tmp_path / "one.sh").write_text(script_of(one))
    two = STORY + "character Tom\n  a man\nscene b\n  lead: Tom\n  sits\nevent\n  snow\n"
    (tmp_path / "two.sh").write_text(script_of(two))
    done = subprocess.run(
        [str(SHELLCHECK), "one.sh", "two.sh"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


@needs_programs
@settings(max_examples=20)
@given(hostile, hostile)
def test_what_bash_sends_is_the_payload_byte_for_byte(description: str, negative: str) -> None:
    story = compile_story(STORY, name="a.story").story
    assert story is not None
    [job] = story.jobs
    job = dataclasses.replace(job, description=description, settings={**job.settings, "negativePrompt": negative})
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.sh").write_bytes(script(dataclasses.replace(story, jobs=(job,), title=negative)).encode())
        done = bash(folder, PATH=stub_curl(folder, NO_MONEY))
        assert (done.returncode, "Insufficient balance" in done.stderr) == (5, True), done.stderr
        body = (folder / "bin/body-1").read_bytes()
        assert not (folder / "bin/body-2").exists()
    assert body == json.dumps(payload(job), indent=1, ensure_ascii=False).encode()


@needs_programs
def test_a_request_is_signed_and_keeps_its_keys_out_of_sight(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    path = stub_curl(tmp_path, NO_MONEY)
    nonces = []
    for number in (1, 2, 3):
        bash(tmp_path, PATH=path)
        words = (tmp_path / f"bin/words-{number}").read_text()
        assert KEY not in words
        assert SECRET not in words
        assert "https://127.0.0.1:9/v1/Run/wiro/story-diffusion-advanced" in words.split("\n")
        assert "Content-Type: application/json" in words.split("\n")
        # A file of the user's own could make curl try again.
        assert words.split("\n")[0] == "--disable"
        assert "--retry" not in words
        headers = dict(line.split(": ") for line in (tmp_path / f"bin/headers-{number}").read_text().splitlines())
        nonces.append(int(headers["x-nonce"]))
        signature = hmac.digest(KEY.encode(), (SECRET + headers["x-nonce"]).encode(), hashlib.sha256).hex()
        assert headers == {"x-api-key": KEY, "x-nonce": headers["x-nonce"], "x-signature": signature}
    assert nonces == sorted(set(nonces))


@needs_programs
def test_nonces_grow_even_where_the_clock_went_back(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    (tmp_path / "out-curl/a/tasks").mkdir(parents=True)
    (tmp_path / "out-curl/a/tasks/nonce").write_text("9999999999999\n")
    bash(tmp_path, PATH=stub_curl(tmp_path, NO_MONEY))
    assert "x-nonce: 10000000000000\n" in (tmp_path / "bin/headers-1").read_text()


@needs_programs
def test_without_a_secret_nothing_is_signed(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    bash(tmp_path, PATH=stub_curl(tmp_path, NO_MONEY), WIRO_API_SECRET="")
    assert (tmp_path / "bin/headers-1").read_text() == f"x-api-key: {KEY}\n"


@needs_programs
@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"WIRO_API_KEY": ""}, 3, "no credentials"),
        ({"WIRO_API_KEY": "two words"}, 3, "copy it again"),
        ({"WIRO_API_SECRET": "line\nend"}, 3, "copy it again"),
        ({"base": "http://api.wiro.ai/v1"}, 2, "only a host on this machine goes by http"),
        ({"base": "http://localhost.evil.example/v1"}, 2, "WIRO_BASE_URL is not usable"),
        ({"base": "http://localhost@evil.example/v1"}, 2, "WIRO_BASE_URL is not usable"),
        ({"base": "https://user:word@api.wiro.ai/v1"}, 2, "WIRO_BASE_URL is not usable"),
        ({"base": "file:///etc/passwd"}, 2, "WIRO_BASE_URL is not usable"),
        ({"INTERVAL": "a[$(touch sign)]"}, 2, "whole numbers"),
        ({"DEADLINE": "-1"}, 2, "whole numbers"),
    ],
)
def test_wrong_use(tmp_path: Path, variables: dict[str, Any], code: int, words: str) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    done = bash(tmp_path, PATH=stub_curl(tmp_path, NO_MONEY), **variables)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert words in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sh", "bin"]
    assert not (tmp_path / "bin/words-1").exists()


@needs_programs
@pytest.mark.parametrize("words", [["-h"], ["--help"], ["one", "two"]])
def test_wrong_words(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    done = bash(tmp_path, *words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "usage: bash a.sh [FOLDER]" in done.stderr


@needs_programs
def test_a_folder_of_the_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(script_of(STORY))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/manifest.json").write_text("{}")
    done = bash(tmp_path, "mine", PATH=stub_curl(tmp_path, NO_MONEY))
    assert done.returncode == 2
    assert "in the hands of `storyscript run`" in done.stderr
    assert not (tmp_path / "bin/words-1").exists()


def test_equal_jobs_and_changed_stories_have_records_of_their_own() -> None:
    def records(text: str) -> list[str]:
        return re.findall(r"record=\$state/(\S+)", script_of(text))

    twins = "character A\n  a man\ncharacter B\n  a man\nscene\n  lead: A\n  sits\nscene\n  lead: B\n  sits\n"
    first, second = records(twins)
    assert first != second
    assert first.partition("-")[0] == second.partition("-")[0]
    [one] = records(STORY)
    assert records("// a comment\n" + STORY) == [one]
    assert records(STORY.replace("home", "out")) != [one]


def test_a_title_stays_in_its_comment() -> None:
    story = compile_story(STORY, name="a\nexit 7\n.story").story
    assert story is not None
    text = script(dataclasses.replace(story, title="a\nexit 7 \u202e \x1b[31m"))
    assert "\nexit 7" not in text.replace("\\n", "\n").partition("set -euo")[0]
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_local_images_are_refused_and_other_stories_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("me.png").touch()
    Path("a.story").write_text("character Mira\n  image: me.png\n  a girl img\nscene\n  walks\n")
    Path("b.story").write_text(STORY)
    assert main(["build", "--emit", "curl", "a.story", "b.story", "-o", "out"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("storyscript: build: the story names the local image `me.png`")
    assert [path.name for path in Path("out").iterdir()] == ["b.sh"]
    assert Path("out/b.sh").stat().st_mode & 0o100


# ---- reading answers -----------------------------------------------------------------------------------------

_KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters=".\\"), max_size=6)
_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(st.sampled_from(['"', "\\", "/", "\\u0026", "{", "]", ",", ":", "\\\\", "u", "n", " "])).map("".join),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=12,
)


def flattened(data: bytes) -> tuple[int, list[list[str]]]:
    """What the script's own function makes of an answer."""
    function = re.search(r"^flatten\(\) \{\n.*?^\}\n", script_of(STORY), re.MULTILINE | re.DOTALL)
    assert function is not None
    done = subprocess.run(
        [BASH, "-c", f"set -o pipefail; export LC_ALL=C\n{function[0]}flatten"],
        input=data,
        capture_output=True,
        check=False,
    )
    return done.returncode, [line.split("\t") for line in done.stdout.decode("latin-1").split("\n")[:-1]]


def spelled(text: str) -> str:
    """A string as the function gives it, of bytes."""
    return (
        "".join(" " if sign in "\b\f\n\r\t" else "?" if ord(sign) < 32 else sign for sign in text)
        .encode()
        .decode("latin-1")
    )


def expected(value: Any, path: str = "") -> list[list[str]]:  # noqa: ANN401 - whatever JSON holds
    match value:
        case dict() | list():
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            rows = [[path, "{" if isinstance(value, dict) else "[", ""]]
            for key, part in pairs:
                name = spelled(str(key))
                rows += expected(part, f"{path}.{name}" if path else name)
            return rows
        case str():
            return [[path, "string", spelled(value)]]
        case _:
            return [[path, "literal", json.dumps(value)]]


@needs_programs
@settings(max_examples=40)
@given(
    st.dictionaries(_KEYS.filter(bool), _VALUES, max_size=4),
    st.sampled_from([None, 1, "\t"]),
    st.sampled_from(["/", "\\/"]),
)
def test_any_answer_is_read(value: dict[str, Any], indent: int | str | None, slash: str) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).replace("/", slash)
    assert flattened(text.encode()) == (0, expected(value))


@needs_programs
def test_an_answer_in_ascii_is_read() -> None:
    assert flattened(b'{"a\\u0062": "\\u0041\\u00e9\\ud83d\\ude00\\/\\u0026", "c": [ ]}') == (
        0,
        [["", "{", ""], ["ab", "string", "A???/&"], ["c", "[", ""]],
    )


@needs_programs
@pytest.mark.parametrize(
    "text", [b'{"a": [1', b"}", b'{"a": "b', b'{"a": "b\\', b'{"a": "b\\"', b'{"a": "', b'"', b"[]]"]
)
def test_half_an_answer_is_none(text: bytes) -> None:
    assert flattened(text)[0] != 0


@needs_programs
@pytest.mark.parametrize(
    "text",
    [
        b'{"a": "' + b'\\"' * 500_000,
        b'{"a": "' + b"a b, " * 200_000,
        b'{"a": "' + b'\\"' * 500_000 + b"\\",
        b"[" * 500_000,
    ],
    ids=["escaped quotes", "words", "a backslash at the end", "depth"],
)
def test_a_large_broken_answer_is_refused_in_time(text: bytes) -> None:
    begun = time.monotonic()
    assert flattened(text)[0] != 0
    assert time.monotonic() - begun < 20


@needs_programs
def test_a_large_answer_is_read_in_time() -> None:
    text = json.dumps({"debugoutput": "line\n" * 200_000, "many": [{"url": "https:\\/\\/x"}] * 2000})
    code, rows = flattened(text.encode())
    assert code == 0
    assert len(rows) == 2 + 1 + 4000
    assert rows[1][2].endswith("line line ")
