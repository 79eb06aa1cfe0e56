"""Fixtures for the tests of whoever builds on storyscript: a Wiro that costs nothing, in process or on a socket.

pytest loads this module in every run, so it imports what a fixture needs only when a test asks for that fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake.faults import Faults
    from storyscript.fake.machine import Machine
    from storyscript.fake.serving.server import FakeServer
    from storyscript.sessions import Session

_KEY: Final = "fake-wiro-key"
_SECRET: Final = "fake-wiro-secret"  # noqa: S105 - opens a server that lives as long as one test


class _Fake:
    """What both fixtures give: one machine, new for each test."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def faults(self) -> Faults:
        """Trouble on order: `arrange` by name, `order`, `always`, `fail_next_task`; `seen` and `happened` count."""
        return self._machine.faults

    @property
    def balance(self) -> float | None:
        """Dollars of the account, which limit how many tasks run at once; None for no limit."""
        return self._machine.balance

    @balance.setter
    def balance(self, balance: float | None) -> None:
        self._machine.balance = balance

    @property
    def speed(self) -> float:
        """How long the tasks to come take: 0 is no time, 1 about six seconds.

        Raises:
            ConfigurationError: set to what is negative or no number.
        """
        return self._machine.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._machine.speed = speed

    def ledger(self) -> dict[str, Any]:
        """Each Run that was accepted, in order, and what it was charged, as `GET /__fake__/ledger` shows them."""
        return self._machine.ledger()


class FakeWiro(_Fake):
    """A Wiro in this process. No sockets are opened, and waiting takes no time.

    Attributes:
        session: to pass to `storyscript.render`; its client takes this Wiro for the real one.
    """

    def __init__(self, machine: Machine, session: Session) -> None:
        super().__init__(machine)
        self.session = session


class FakeWiroServer(_Fake):
    """A Wiro on a real socket of the loopback, with an account whose signatures it checks.

    Attributes:
        base_url: the address of its API.
        socket_url: the address of its WebSocket.
        key: the account's API key.
        secret: the account's API secret.
    """

    def __init__(self, machine: Machine, server: FakeServer) -> None:
        super().__init__(machine)
        self.base_url = server.base_url
        self.socket_url = server.socket_url
        self.key = _KEY
        self.secret = _SECRET

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which storyscript finds this Wiro, for a process of its own or for `monkeypatch`."""
        return {
            "WIRO_API_KEY": self.key,
            "WIRO_API_SECRET": self.secret,
            "WIRO_BASE_URL": self.base_url,
            "WIRO_SOCKET_URL": self.socket_url,
        }


@pytest.fixture
def fake_wiro() -> FakeWiro:
    """A Wiro in this process, new for each test: `session`, `ledger()`, `faults`, `balance`, `speed`."""
    from storyscript.fake.machine import Machine  # noqa: PLC0415 - paid for by the tests that use it
    from storyscript.sessions import VirtualClock, session_over  # noqa: PLC0415 - as above

    clock = VirtualClock()
    machine = Machine(now=clock.now)
    # Nothing to close at the end: no connection is ever opened.
    return FakeWiro(machine, session_over(machine, clock, lasting=True))


@pytest.fixture
def fake_wiro_server() -> Iterator[FakeWiroServer]:
    """A Wiro on a socket, new for each test: `base_url`, `socket_url`, `key`, `secret`, `environment`, `ledger()`.

    Its tasks end at once, unless `speed` says otherwise.
    """
    import secrets  # noqa: PLC0415 - paid for by the tests that use it

    from storyscript.fake.accounts import Account  # noqa: PLC0415 - as above
    from storyscript.fake.machine import Machine  # noqa: PLC0415 - as above
    from storyscript.fake.serving.server import FakeServer  # noqa: PLC0415 - as above

    machine = Machine(account=Account(_KEY, _SECRET), speed=0, salt=secrets.token_hex(16))
    with FakeServer(machine) as server:
        yield FakeWiroServer(machine, server)
