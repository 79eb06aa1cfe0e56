"""`storyscript fake`."""

from __future__ import annotations

import argparse
import math
import secrets
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from types import FrameType

EXAMPLE: Final = "storyscript fake --port 8080 --key fake-key-1 --secret fake-secret-1"

_LAST_PORT: Final = 65535
_MOMENT: Final = 3600.0
"""Seconds of one wait: some systems let no signal through while a thread waits for ever."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("--port", type=_port, default=0, help="where to listen (default: 0, whichever is free)")
    parser.add_argument("--key", help="the only API key that is let in (default: whatever credentials come)")
    parser.add_argument("--secret", help="the API secret that signs; without one, the key alone will do")
    parser.add_argument(
        "--speed", type=_amount, default=1.0, help="0 finishes a task at once, 1 (default) takes about six seconds"
    )
    parser.add_argument(
        "--balance", type=_amount, metavar="USD", help="an account's dollars, which limit its tasks (default: no limit)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    if arguments.secret is not None and arguments.key is None:
        raise ConfigurationError("fake: `--secret` goes with a `--key`")
    if "" in (arguments.key, arguments.secret):
        raise ConfigurationError("fake: `--key` and `--secret` may not be empty")
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _serve(arguments, stopped)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return exits.DONE


def _serve(arguments: argparse.Namespace, stopped: threading.Event) -> None:
    import logging  # noqa: PLC0415 - with those below it is most of this command's start

    from storyscript.fake.accounts import Account  # noqa: PLC0415 - as above
    from storyscript.fake.machine import Machine  # noqa: PLC0415 - as above
    from storyscript.fake.serving.server import FakeServer  # noqa: PLC0415 - as above

    # What goes wrong in a request is the client's to hear. Our own mistakes are logged under our own name.
    # Nor is it news by the thousand that clients have taken all file descriptors: asyncio would say so each time.
    for name in ("uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    machine = Machine(
        account=Account(arguments.key, arguments.secret),
        speed=arguments.speed,
        balance=arguments.balance,
        salt=secrets.token_hex(16),
    )
    with FakeServer(machine, port=arguments.port) as server:
        server.when_ended(stopped.set)
        sys.stdout.write(f"{server.base_url}\n{server.socket_url}\n")
        sys.stdout.flush()
        while not stopped.wait(_MOMENT):
            pass


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT)) and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {_LAST_PORT}, not `{text}`")
    return int(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise argparse.ArgumentTypeError(f"a number from 0 on, not `{text}`")
    return amount
