"""The commands `run` and `resume` as a user gives them, at a service in this process, on a clock of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from rendering.offline import described, draw
from storyscript import protocol
from storyscript.cli import main
from storyscript.cli import resume as resume_command
from storyscript.cli import run as run_command
from storyscript.fake import Machine, transport
from storyscript.fake.frames import Frame
from storyscript.rendering.ledger import peek
from storyscript.rendering.world import World, in_place
from storyscript.sessions import Session, VirtualClock
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


SECRETS = ("key-of-mine", "secret-of-mine")
_PADDING = " " * 400
"""So that a picture has room for what the fake's faults put in its place."""


class Killed(BaseException):
    """The process dies here: nothing catches it."""


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """With `--json`: the events."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """With `--json`: all that went wrong, once each."""
        return [event["error"] for event in self.events if event["event"] == "error"]


class Wire(httpx.AsyncBaseTransport):
    """The way to the machine; a test may come between.

    Attributes:
        requests: method and path of each request, and when it came.
        before: called with a request's path before the machine hears of it; what it raises breaks the request.
        after: the same once the machine has answered.
    """

    def __init__(self, machine: Machine, clock: VirtualClock) -> None:
        self._inner = transport(machine, sleep=clock.sleep)
        self._clock = clock
        self.requests: list[tuple[str, float]] = []
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        self.requests.append((path, self._clock.time))
        self.before(path)
        response = await self._inner.handle_async_request(request)
        self.after(path)
        return response

    def count(self, begins: str) -> int:
        """How many requests there were to paths that begin so."""
        return sum(path.startswith(begins) for path, _ in self.requests)


def _nothing(_path: str) -> None:
    """Come between nothing."""


class Shop:
    """A user at a service; everything happens in an empty working folder.

    Attributes:
        clock: the time of all.
        machine: the service.
        world: what rendering sees of this machine.
        wire: the way between the two.
    """

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        **machine: Any,  # noqa: ANN401
    ) -> None:
        self.clock = VirtualClock()
        self.machine = Machine(**{"now": self.clock.now, "draw": padded, **machine})
        self.world = World(self.clock.now, self.clock.now, self.clock.sleep, in_place)
        self.wire = Wire(self.machine, self.clock)
        self._address = ""
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(folder)
        for name in ("HOME", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, str(folder / "home"))
        for name, value in zip(("WIRO_API_KEY", "WIRO_API_SECRET"), SECRETS, strict=True):
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("WIRO_BASE_URL", self.machine.base_url)
        monkeypatch.delenv("WIRO_SOCKET_URL", raising=False)
        for command in (run_command, resume_command):
            monkeypatch.setattr(command, "online_session", self.session)

    def session(self, *_folders: Path) -> Session:
        """What the commands take for a session with the service on the network."""
        client = WiroClient(
            Credentials(*SECRETS),
            base_url=self._address or self.machine.base_url,
            transport=None if self._address else self.wire,
            now=self.world.wall,
            sleep=self.clock.sleep,
            random=lambda: 0.5,
        )
        return Session(client, self.world, lasting=True)

    def run(self, *argv: str) -> Said:
        """`storyscript run --yes …`."""
        return self.command("run", "--yes", *argv)

    def resume(self, *argv: str) -> Said:
        """`storyscript resume …`."""
        return self.command("resume", *argv)

    def command(self, *argv: str) -> Said:
        """A command line."""
        self._capsys.readouterr()
        code = main(list(argv))
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Said(code, out, err)

    def lead_to(self, address: str) -> None:
        """Have requests go over the network, to another service."""
        self._address = address
        self._monkeypatch.setenv("WIRO_BASE_URL", address)

    def see(self, **world: Any) -> None:  # noqa: ANN401 - what `World` has
        """From now on, see this machine otherwise."""
        self.world = replace(self.world, **world)

    @property
    def sent(self) -> int:
        """Runs that were sent."""
        return self.machine.faults.seen[protocol.RUN]

    @property
    def accepted(self) -> int:
        """Runs that were accepted."""
        return len(self.machine.tasks())

    @property
    def paid(self) -> int:
        """Tasks that were charged for."""
        return sum(task.charged(self.machine.now()) > 0 for task in self.machine.tasks())

    def wait(self, seconds: float = 60.0) -> None:
        """Let time pass."""
        self.clock.time += seconds


def padded(frame: Frame) -> bytes:
    """A picture that says whose it is, and has some bytes more."""
    return draw(replace(frame, description=frame.description + _PADDING))


def picture(what: str) -> bytes:
    """A PNG file of one pixel that says what it shows."""
    return draw(
        Frame(
            width=1,
            height=1,
            number=1,
            style="",
            character="",
            description=what,
            caption="",
            font_size=1,
            no_character=False,
            seed=0,
        )
    )


def write(name: str, text: str) -> str:
    """Put a story where the user is; its name again."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")
    return name


def states(folder: str = "out/a") -> list[str]:
    """Where each entry of a ledger stands."""
    return [entry.state for entry in peek(Path(folder))]


def panels(folder: str = "out/a") -> list[str]:
    """The files that are panels now."""
    place = Path(folder, "panels")
    return sorted(path.name for path in place.iterdir()) if place.is_dir() else []


def drawn(folder: str = "out/a") -> list[str]:
    """What the panels show."""
    return [described(Path(folder, "panels", name).read_bytes()).strip() for name in panels(folder)]
