"""Faults that the kernel gives to a real process: `strace` lets the Nth call of a kind fail, or kills at it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from end_to_end.processes import PATIENCE
from storyscript.cli import exits

if TYPE_CHECKING:
    from end_to_end.killed import Home

_KILLED: Final = (-9, 137)
"""How `strace` ends where what it watched was killed: itself by the same signal, or as a shell tells of it."""


@dataclass(frozen=True, slots=True)
class Injection:
    """What happens at which system call.

    Attributes:
        call: the call's name.
        what: as `strace` spells it: `error=EIO`, `signal=KILL`.
        when: at which call of this kind, counted in each thread from 1.
        ledger_only: only calls on the story's ledger count.
    """

    call: str
    what: str
    when: int
    ledger_only: bool = False

    def __str__(self) -> str:
        return f"{self.call} {'to the ledger ' if self.ledger_only else ''}{self.when}: {self.what}"

    def words(self, home: Home) -> list[str]:
        """The command that runs another so."""
        only = ["-P", str(home.folder / "ledger.jsonl")] if self.ledger_only else []
        traced = ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{self.what}:when={self.when}"]
        return ["strace", "-f", "-qq", "-o", str(home.path / "trace"), *traced, *only]


def why_not() -> str | None:
    """Why nothing can be injected here; None where it can."""
    strace, nothing = shutil.which("strace"), shutil.which("true")
    if sys.platform != "linux" or strace is None or nothing is None:
        return "there is no strace"
    words = [strace, "-qq", "-e", "trace=close", "-e", "inject=close:error=EIO:when=1000", nothing]
    tried = subprocess.run(words, capture_output=True, check=False)
    return "processes may not be traced here" if tried.returncode else None


def run_into(home: Home, injection: Injection) -> bool:
    """Run a story into a fault, check what is said, then resume and judge all of it.

    Returns:
        Whether the fault came to pass: there may be fewer such calls.
    """
    process = home.begin("run", "--yes", "--json", "a.story", under=injection.words(home))
    _, said = process.communicate(timeout=PATIENCE)
    is_killed = process.returncode in _KILLED
    assert is_killed or process.returncode in (exits.DONE, exits.DISK, exits.UNFINISHED), said
    assert "Traceback" not in said
    assert all(line.startswith("storyscript: ") for line in said.splitlines()), said
    happened = is_killed or "(INJECTED)" in (home.path / "trace").read_text("utf-8", "replace")
    if process.returncode == exits.DONE:
        home.judge()
    home.recover()
    return happened
