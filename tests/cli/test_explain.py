from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from storyscript.cli import main
from storyscript.diagnostics.catalog import TITLES
from storyscript.explanations import page


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(["explain", *argv])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("word", ["SS301", "ss301", "Ss301", "301"])
def test_a_code_in_any_spelling_prints_its_page(capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert run(capsys, word) == (0, page("SS301"), "")


def test_several_codes_print_their_pages_in_that_order_and_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "402", "SS301", "ss402") == (0, page("SS402") + "\n" + page("SS301"), "")


def test_without_a_code_all_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    lines = [line.split(maxsplit=2) for line in out.splitlines()]
    assert [(code, title) for code, _, title in lines] == list(TITLES.items())
    assert "SS301  error    `|` in a text\n" in out
    assert "SS402  warning  `[NC]` together with a reference image\n" in out


@pytest.mark.parametrize(
    ("word", "more"),
    [
        ("SS3O1", "did you mean `SS301`?"),
        ("SS3001", "did you mean `SS301`?"),
        ("SS999", "lists them all"),
        ("٣٠١", "lists them all"),
        ("", "lists them all"),
        ("\x1b[2J", "lists them all"),
    ],
)
def test_an_unknown_code_is_one_line_and_nothing_is_printed(
    capsys: pytest.CaptureFixture[str], word: str, more: str
) -> None:
    code, out, err = run(capsys, "SS301", word)
    assert (code, out) == (2, "")
    assert more in err
    assert err.startswith("storyscript: explain: there is no code ")
    assert err.count("\n") == 1
    assert "\x1b" not in err


def on_a_terminal(*argv: str, columns: int = 80, **environment: str) -> str:
    import pty  # noqa: PLC0415 - not everywhere

    master, slave = pty.openpty()
    with os.fdopen(master, "rb", buffering=0) as reader:
        done = subprocess.Popen(
            [sys.executable, "-m", "storyscript", "explain", *argv],
            stdin=slave,
            stdout=slave,
            env={**os.environ, "TERM": "xterm", "COLUMNS": str(columns), **environment},
        )
        os.close(slave)
        shown = b""
        while True:
            try:
                chunk = reader.read(65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not chunk:
                break
            shown += chunk
        assert done.wait() == 0
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_a_styled_page_whose_examples_can_be_copied() -> None:
    shown = on_a_terminal("SS409", columns=60)
    assert "\x1b[1" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "```" not in plain
    assert "# SS409" not in plain
    lines = plain.splitlines()
    # Prose is wrapped to the terminal, examples are not: they stand as in a file.
    assert max(len(line) for line in lines[: lines.index("character Mira")]) <= 60
    example = page("SS409").partition("```wrong\n")[2].partition("```")[0]
    assert example in "\n".join(line.rstrip() for line in lines) + "\n"


def test_a_terminal_without_colour_gets_the_plain_page() -> None:
    assert on_a_terminal("SS301", NO_COLOR="1") == page("SS301")
    assert on_a_terminal("SS301", TERM="dumb") == page("SS301")


def test_rich_stays_away_where_nothing_is_styled() -> None:
    code = (
        "import sys\n"
        "from storyscript.cli import main\n"
        "main(['explain', 'SS301'])\n"
        "print([name for name in ('rich', 'lark', 'httpx', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == page("SS301") + "[]\n"
