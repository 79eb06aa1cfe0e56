"""A working folder whose runs, each a process of its own, are killed; and what must hold when others go on."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from end_to_end.processes import PATIENCE, PROGRAM, environment, storyscript
from storyscript import compile as compile_story
from storyscript import render_sync
from storyscript.cli import exits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from end_to_end.processes import Fake

STORY = """\
size: 256
seed: {seed}
character Mira
  a girl, red scarf
character Tom
  an old man
scene a
  walks home
scene tom
  lead: Tom
  sits
"""
LEADS = ["a girl, red scarf", "an old man"]


@dataclass
class Home:
    """A folder with a story of its own, and a service.

    Attributes:
        path: the folder.
        server: the service.
        seed: the story's, by which its tasks are known at a service that has others'.
    """

    path: Path
    server: Fake
    seed: int
    variables: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.path.mkdir(exist_ok=True)
        (self.path / "a.story").write_text(STORY.format(seed=self.seed), "utf-8")
        account = {"WIRO_API_KEY": "any", "WIRO_API_SECRET": "thing-of-mine"}
        # Compiled modules are written by renames, too, which are not what is counted.
        self.variables = {**account, "WIRO_BASE_URL": self.server.base_url, "PYTHONDONTWRITEBYTECODE": "1"}

    @property
    def folder(self) -> Path:
        return self.path / "out" / "a"

    def do(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        return storyscript(self.path, *words, **self.variables)

    def begin(self, *words: str, under: Sequence[str] = ()) -> subprocess.Popen[str]:
        """A command that goes on, under another that watches it."""
        return subprocess.Popen(
            [*under, *PROGRAM, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.path,
            env=environment(self.path, **self.variables),
        )

    def runs(self) -> list[dict[str, Any]]:
        """What the service has accepted for this story."""
        return [run for run in self.server.ledger() if str(run["parameters"]["seed"]) == str(self.seed)]

    def steps(self) -> list[dict[str, Any]]:
        """The steps in the story's ledger that are whole."""
        try:
            text = (self.folder / "ledger.jsonl").read_text("utf-8")
        except FileNotFoundError:
            return []
        lines = [json.loads(line) for line in text.split("\n")[:-1]]
        return [line for line in lines if "step" in line]

    def wait_for(self, step: str, count: int = 1) -> None:
        """Wait until the ledger holds a step so often."""
        end = time.monotonic() + PATIENCE
        while sum(line["step"] == step for line in self.steps()) < count:
            assert time.monotonic() < end
            time.sleep(0.005)

    def recover(self) -> list[int]:
        """Resume as often as one is told to, then run where nothing was begun; judge all of it.

        Returns:
            The exit codes of the resumes.
        """
        codes = []
        words: list[str] = []
        while True:
            done = self.do("resume", *words)
            codes.append(done.returncode)
            assert all(line.startswith("storyscript: ") for line in _complaints(done.stderr)), done.stderr
            assert "thing-of-mine" not in done.stderr
            prompts = [run["parameters"]["prompt"] for run in self.runs()]
            assert len(prompts) == len(set(prompts))
            if done.returncode != exits.UNFINISHED or len(codes) > 2 * len(LEADS):
                break
            words = self._decision(done.stderr)
        if not self.steps():  # what was begun was too little to go on with, and nothing was submitted
            done = self.do("run", "--yes", "a.story")
        assert done.returncode == exits.DONE, done.stderr
        self.judge()
        return codes

    def judge(self) -> None:
        """Each job was paid for once, and its panels are there, byte for byte."""
        runs = self.runs()
        assert sorted(run["parameters"]["prompt"] for run in runs) == LEADS
        assert all(run["charged"] > 0 for run in runs)
        wanted = render_sync(
            compile_story(STORY.format(seed=self.seed), name="a.story"), out=self.path / "x", offline=True
        )
        found = {path.name: path.read_bytes() for path in (self.folder / "panels").iterdir()}
        assert found == {path.name: path.read_bytes() for path in wanted.panels}
        manifest = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        assert all(job["done"] for job in manifest["jobs"])
        assert [panel["sha256"] for panel in manifest["panels"]] == [
            hashlib.sha256(found[name]).hexdigest() for name in sorted(found)
        ]
        assert list(self.folder.rglob("*.part")) == []

    def _decision(self, said: str) -> list[str]:
        """What somebody who looks at the service truthfully says of the first job whose answer was lost."""
        assert "--adopt TASKID" in said
        named = re.search(r"--resubmit (a:(\d+))", said)
        assert named is not None, said
        known = {line.get("task") for line in self.steps()}
        [intent] = [line for line in self.steps() if line["step"] == "intended" and str(line["job"]) == named[2]]
        for run in self.runs():
            if run["taskid"] not in known and run["parameters"]["prompt"] == intent["parameters"]["prompt"]:
                return ["--adopt", run["taskid"]]
        return ["--resubmit", named[1]]


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> tuple[int, str]:
    """Send a signal; how the process ended, and what it complained about."""
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def _complaints(text: str) -> list[str]:
    """What is complained about, without the lines that show how jobs get on."""
    return [line for line in text.splitlines() if not re.match(r"(Mira|Tom): ", line)]
