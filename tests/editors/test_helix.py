"""The configuration for Helix, in a real one on a terminal of its own."""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyte
import pytest

from editors.tools import PATIENCE, helix
from editors.word_lists import EDITORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

COLUMNS, LINES = 120, 40
CONFIGURATION: Final = EDITORS / "helix/languages.toml"
_NO_TEXT: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b\].*?(?:\x07|\x1b\\)", re.DOTALL)


class Terminal:
    """A Helix that runs on a pseudo-terminal; what it draws goes to a screen of its own, for it draws only changes."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self._process = process
        self._end = end
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._drawn = pyte.ByteStream(self._screen)

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._end, keys.encode())

    def shown(self) -> str:
        """The lines that the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait(self, text: str, *, meanwhile: str = "") -> None:
        """Wait until the screen shows a text.

        Args:
            text: the text.
            meanwhile: keys to type again and again, each a second after the last, until then.
        """
        until = time.monotonic() + PATIENCE
        keys, next_key = itertools.cycle(meanwhile), time.monotonic()
        while text not in self.shown():
            assert time.monotonic() < until, (text, self.shown())
            assert self._process.poll() is None, self.shown()
            if meanwhile and time.monotonic() > next_key:
                self.type(next(keys))
                next_key = time.monotonic() + 1
            if select.select([self._end], [], [], 0.2)[0]:
                self._drawn.feed(os.read(self._end, 65536))

    def end(self) -> int:
        """Wait for its end."""
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            if select.select([self._end], [], [], 0.1)[0]:
                try:
                    os.read(self._end, 65536)
                except OSError:  # the other end is closed
                    break
        return self._process.wait(PATIENCE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the configuration, and a program of the name that it gives."""
    (tmp_path / "config/helix").mkdir(parents=True)
    shutil.copy(CONFIGURATION, tmp_path / "config/helix/languages.toml")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/storyscript"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m storyscript "$@"\n', "utf-8")
    program.chmod(0o755)
    return tmp_path


def variables(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "TERM": "xterm-256color",
    }


@contextmanager
def opened(home: Path, name: str) -> Iterator[Terminal]:
    program = helix()
    end, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [program, name], cwd=home, env=variables(home), stdin=other, stdout=other, stderr=other, start_new_session=True
    )
    os.close(other)
    try:
        yield Terminal(process, end)
    finally:
        process.kill()
        process.wait()
        os.close(end)


def test_helix_finds_the_server(home: Path) -> None:
    done = subprocess.run(
        [helix(), "--health", "story"],
        env=variables(home),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    said = _NO_TEXT.sub("", done.stdout)
    assert f"✓ storyscript: {home / 'bin/storyscript'}" in said
    assert said.startswith("Configured language servers:")  # and no complaint about the file before it


def test_a_mistake_is_shown_and_saving_formats(home: Path) -> None:
    story = home / "a.story"
    story.write_text("STYLE  :   Lime art\ncharacter Mira\n    a young woman\nscene\n    walks\n", "utf-8")
    with opened(home, "a.story") as terminal:
        terminal.wait("●")
        terminal.type("]d")  # Helix before 25.07 shows the words only at the mistake
        terminal.wait("there is no style `Lime art`")
        terminal.type(":w\r")
        terminal.wait("written")
        terminal.type(":q\r")
        assert terminal.end() == 0
    assert story.read_text("utf-8") == "style: Lime art\ncharacter Mira\n  a young woman\nscene\n  walks\n"


def test_the_server_shows_what_the_writer_has_set(home: Path) -> None:
    file = home / "config/helix/languages.toml"
    text = file.read_text("utf-8")
    wanted = text.replace("# config = ", "config = ").replace("tokens = true", "tokens = false")
    assert tomllib.loads(wanted)["language-server"]["storyscript"]["config"]["inlayHints"]["tokens"] is False
    (home / "config/helix/config.toml").write_text("[editor.lsp]\ndisplay-inlay-hints = true\n", "utf-8")
    (home / "a.story").write_text(
        "let way = the road\ncharacter Mira\n  a girl\n"
        f"scene one\n  walks{' in the rain' * 25}\n  caption: none\nscene two\n  walks {{way}}\n",
        "utf-8",
    )
    for configuration, has_tokens in ((text, True), (wanted, False)):
        file.write_text(configuration, "utf-8")
        with opened(home, "a.story") as terminal:
            terminal.wait("●")
            # Helix asks for hints when no key has come for a while, and only a server that has begun by then.
            terminal.wait("scene two caption: walks the road", meanwhile="lh")
            assert ("of 77 tokens" in terminal.shown()) == has_tokens
            terminal.type(":q!\r")
            assert terminal.end() == 0


def test_comments_and_indentation_are_the_languages(home: Path) -> None:
    story = home / "a.story"
    story.write_text("character Mira\n  a young woman\n", "utf-8")
    with opened(home, "a.story") as terminal:
        terminal.wait("a young woman")
        # A comment of the first line, and new ones at the end: only an indented line hands its indentation on.
        terminal.type("\x03")
        terminal.type("geo\x15scene\r\twalks\rhome")
        terminal.wait("INS")
        terminal.wait("home")
        terminal.type("\x1b")
        terminal.wait("NOR")  # an escape at once before other keys is a key of its own
        terminal.type(":w!\r")
        terminal.wait("written")
        terminal.type(":q\r")
        assert terminal.end() == 0
    assert story.read_text("utf-8") == "// character Mira\n  a young woman\nscene\n  walks\n  home\n"


def test_the_file_holds_nothing_that_helix_does_not_know() -> None:
    configuration: dict[str, Any] = tomllib.loads(CONFIGURATION.read_text("utf-8"))
    assert set(configuration) == {"language-server", "language"}
    assert configuration["language-server"] == {"storyscript": {"command": "storyscript", "args": ["lsp"]}}
    (language,) = configuration["language"]
    assert language["file-types"] == ["story"]
    assert language["language-servers"] == ["storyscript"]
