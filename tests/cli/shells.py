"""Real shells on a terminal, with the completion script loaded, and somebody who presses the tabulator."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE: Final = 60.0
BASH_COMPLETION: Final = "/usr/share/bash-completion/bash_completion"
_SIZE: Final = struct.pack("HHHH", 400, 300, 0, 0)
_CONTROLS: Final = re.compile(r"\x1b\[[0-9;?=>]*[A-Za-z]|\x1b[=>]|\r|\x07")
_READY: Final = "ready for it"

_BASH: Final = r"""
PS1='> '
bind 'set enable-bracketed-paste off' 'set bell-style none'
bind 'set show-all-if-ambiguous on'
bind 'set page-completions off'
bind 'set completion-query-items -1'
bind 'set completion-display-width 0'
bind -x '"\C-xl": printf "\n<line>%s</line>\n" "$READLINE_LINE"'
"""
_ZSH: Final = r"""
PS1='> '
unsetopt beep zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null
unset zle_bracketed_paste
LISTMAX=0
autoload -U compinit && compinit -u -D
zstyle ':completion:*' list-packed no
setopt no_list_beep no_list_packed no_always_last_prompt
unsetopt auto_menu
show-line() { zle -I; print -r -- "<line>$BUFFER</line>" }
zle -N show-line
bindkey '^Xl' show-line
bindkey '^I' expand-or-complete
"""


class Seen(NamedTuple):
    """What somebody sees who pressed the tabulator.

    Attributes:
        line: what the line has become.
        listed: the lines shown below it.
    """

    line: str
    listed: list[str]


class Shell:
    """A shell that waits for input."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._read = ""

    def run(self, script: str) -> None:
        """Run lines, and wait until they are done."""
        self._send(f"{script}\nprintf '%s for it\\n' ready\n")
        self._until(_READY)

    def press(self, typed: str) -> Seen:
        """Type something and the tabulator, and look."""
        self._until_it_edits()
        self._send(f"\x05\x15{typed}\t\x18l")  # what was left is cleared first
        shown = self._until("</line>")
        before, _, line = shown.rpartition("<line>")
        listed = [text.rstrip() for text in before.split("\n")[1:]]
        return Seen(line.removesuffix("</line>"), [text for text in listed if text and not text.startswith("> ")])

    def words(self, typed: str) -> list[str]:
        """The words that the program gets of a line which is typed with tabulators in it, and entered."""
        self.run("storyscript() { printf '<word>%s</word>\\n' \"$@\"; printf '%s\\n' '<'/words'>'; }")
        self._until_it_edits()
        self._send(f"\x05\x15storyscript {typed}\n")
        return re.findall("<word>(.*?)</word>", self._until("</words>"))

    def _until_it_edits(self) -> None:
        """Wait until the shell reads keys itself: until then the terminal would take some of them for its own."""
        end = time.monotonic() + PATIENCE
        while termios.tcgetattr(self._terminal)[3] & termios.ECHO:
            assert time.monotonic() < end, "the shell does not ask for a line"
            time.sleep(0.005)

    def _send(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(self._terminal, data) :]

    def _until(self, mark: str) -> str:
        end = time.monotonic() + PATIENCE
        while mark not in self._read:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"the shell does not answer: {self._read!r}"
            self._read = _CONTROLS.sub("", self._read + os.read(self._terminal, 65536).decode("utf-8", "replace"))
        found, _, self._read = self._read.partition(mark)
        return found + mark


@contextlib.contextmanager
def shell(command: list[str], home: Path, setup: str) -> Iterator[Shell]:
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, _SIZE)
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        found = Shell(ours)
        found.run(setup)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        os.close(ours)


def bash(home: Path, setup: str) -> contextlib.AbstractContextManager[Shell]:
    return shell([_where("bash"), "--norc", "--noprofile", "-i"], home, _BASH + setup)


def zsh(home: Path, setup: str) -> contextlib.AbstractContextManager[Shell]:
    return shell([_where("zsh"), "-f", "-i"], home, _ZSH + setup)


def fish(home: Path, script: Path, typed: str) -> list[str]:
    """What fish offers for a line: each candidate, with what it means behind a tab."""
    done = subprocess.run(
        [_where("fish"), "--no-config", "-c", f"source {script}; complete -C $argv[1]", typed],
        capture_output=True,
        text=True,
        check=True,
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"},
        timeout=PATIENCE,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def script(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "storyscript", "completion", name],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stderr == ""
    return done.stdout


def _where(name: str) -> str:
    found = shutil.which(name)
    assert found is not None
    return found
