"""The program as processes of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = [sys.executable, "-W", "error", "-m", "storyscript"]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Fake:
    """A `storyscript fake` that runs."""

    process: subprocess.Popen[str]
    base_url: str
    socket_url: str

    @property
    def origin(self) -> str:
        return self.base_url.removesuffix("/v1")

    def ledger(self) -> list[dict[str, Any]]:
        runs = httpx.get(f"{self.origin}/__fake__/ledger", timeout=PATIENCE, trust_env=False).json()["runs"]
        assert isinstance(runs, list)
        return runs

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, what was written behind the two lines, and what was complained about."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with nobody's credentials or proxies in it."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CONFIG_HOME": str(home), "LANG": "C.UTF-8", **more}


@contextlib.contextmanager
def fake(home: Path, *words: str) -> Iterator[Fake]:
    process = subprocess.Popen(
        [*PROGRAM, "fake", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
    )
    with process:
        try:
            assert process.stdout is not None
            patience = threading.Timer(PATIENCE, process.kill)
            patience.start()
            lines = [process.stdout.readline().rstrip("\n") for _ in range(2)]
            patience.cancel()
            yield Fake(process, *lines)
        finally:
            if process.poll() is None:
                process.kill()


def storyscript(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
    )
