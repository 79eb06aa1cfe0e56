"""The fake service as a process of its own, for both sides of a comparison in turn."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import sysconfig
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.processes import MeasurementError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY: Final = "fake-key-1"
SECRET: Final = "fake-secret-1"  # noqa: S105 - of an account that is made up
WORK_SECONDS: Final = 6.0
"""How long a task takes at `--speed 1`."""
_TERMINAL: Final = frozenset({"task_postprocess_end", "task_cancel"})


def storyscript(*words: str) -> list[str]:
    """A command line of storyscript's, under this Python."""
    return [sys.executable, str(Path(sysconfig.get_path("scripts"), "storyscript")), *words]


@dataclass(frozen=True, slots=True)
class Service:
    """A fake that serves.

    Attributes:
        base_url: of its API.
        socket_url: of its WebSocket.
    """

    base_url: str
    socket_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find it, besides the environment of this one."""
        return {
            **os.environ,
            "WIRO_BASE_URL": self.base_url,
            "WIRO_SOCKET_URL": self.socket_url,
            "WIRO_API_KEY": KEY,
            "WIRO_API_SECRET": SECRET,
        }

    def under_way(self) -> int:
        """How many of its tasks have not ended."""
        return sum(run["status"] not in _TERMINAL for run in self._runs())

    def accepted(self) -> int:
        """How many Runs it has accepted."""
        return len(self._runs())

    def _runs(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.base_url.removesuffix('/v1')}/__fake__/ledger") as answer:  # noqa: S310 - the loopback
            runs: list[dict[str, Any]] = json.load(answer)["runs"]
        return runs


@contextlib.contextmanager
def serving(*, seconds: float, picture: Path) -> Iterator[Service]:
    """A fake in another process, as long as the block lasts.

    Args:
        seconds: how long a task takes.
        picture: the file that each frame is.

    Raises:
        MeasurementError: it does not serve.
    """
    command = storyscript(
        *("fake", "--speed", f"{seconds / WORK_SECONDS:.6f}", "--picture", str(picture)),
        *("--key", KEY, "--secret", SECRET),
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            lines = [process.stdout.readline().strip() for _ in range(2)]
            if not all(lines):
                raise MeasurementError(f"{' '.join(command[2:])}: it does not serve")
            yield Service(*lines)
        finally:
            process.terminate()
