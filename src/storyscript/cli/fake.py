"""`storyscript fake`."""

from __future__ import annotations

import argparse
import contextlib
import math
import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from types import FrameType

    from storyscript.fake.machine import Machine
    from storyscript.fake.serving.answering import Answering

EXAMPLES: Final = {
    "storyscript fake --port 8080": "for any credentials, at http://127.0.0.1:8080/v1",
    "storyscript fake --port 8080 --key fake-key-1 --secret fake-secret-1": "for these credentials alone",
    "storyscript fake --speed 0 --fault reset:2": "tasks that end at once, after two connections that break",
}

_LAST_PORT: Final = 65535
_MOST_DIGITS: Final = 18
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

    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="FAULT",
        help="trouble on order: `NAME[:COUNT][@PROBABILITY][/ENDPOINT]`, such as `reset:2`; can be given again",
    )
    parser.add_argument(
        "--seed", type=_seed, default=0, help="what faults with a probability are drawn from (default: 0)"
    )
    parser.add_argument(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="`virtual` time moves only by `POST /__fake__/clock` (default: real)",
    )
    parser.add_argument("--picture", metavar="FILE", help="each frame is the bytes of this file, and nothing is drawn")
    parser.add_argument(
        "--record", metavar="FILE", help="write each request and its answer to a new file, without their secrets"
    )
    parser.add_argument("--replay", metavar="FILE", help="answer from such a file, and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    if arguments.secret is not None and arguments.key is None:
        raise ConfigurationError("fake: `--secret` goes with a `--key`")
    if "" in (arguments.key, arguments.secret):
        raise ConfigurationError("fake: `--key` and `--secret` may not be empty")
    if arguments.replay is not None and (arguments.record is not None or arguments.fault):
        raise ConfigurationError("fake: `--replay` answers from its file alone; leave out `--record` and `--fault`")
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

    from storyscript.fake.serving.server import FakeServer  # noqa: PLC0415 - as above

    # What goes wrong in a request is the client's to hear. Our own mistakes are logged under our own name.
    # Nor is it news by the thousand that clients have taken all file descriptors: asyncio would say so each time.
    for name in ("uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    machine = _machine(arguments)
    with contextlib.ExitStack() as stack:
        answering = _answering(arguments, stack)
        server = stack.enter_context(FakeServer(machine, port=arguments.port, answering=answering))
        server.when_ended(stopped.set)
        sys.stdout.write(f"{server.base_url}\n{server.socket_url}\n")
        sys.stdout.flush()
        while not stopped.wait(_MOMENT):
            pass


def _machine(arguments: argparse.Namespace) -> Machine:
    """The machine that the words ask for.

    Raises:
        ConfigurationError: a fault is none, or the picture cannot be read.
    """
    from random import Random  # noqa: PLC0415 - as below

    from storyscript.fake.accounts import Account  # noqa: PLC0415 - with those below it is most of this command's start
    from storyscript.fake.clocks import HeldClock  # noqa: PLC0415 - as above
    from storyscript.fake.machine import Machine  # noqa: PLC0415 - as above

    picture = None if arguments.picture is None else _picture(Path(arguments.picture))
    machine = Machine(
        account=Account(arguments.key, arguments.secret),
        speed=arguments.speed,
        balance=arguments.balance,
        draw=None if picture is None else lambda _frame: picture,
        now=HeldClock() if arguments.clock == "virtual" else time.time,
        salt=secrets.token_hex(16),
        random=Random(arguments.seed),  # noqa: S311 - to be repeated, not to be secret
    )
    try:
        machine.faults.arrange(*arguments.fault)
    except ValueError as error:
        raise ConfigurationError(f"fake: `--fault`: {error}") from None
    return machine


def _answering(arguments: argparse.Namespace, stack: contextlib.ExitStack) -> Answering:
    """Who answers: the machine, with or without a recording, or a recording alone.

    Raises:
        ConfigurationError: the file of the recording is not usable.
        DiskError: it cannot be written.
    """
    from storyscript.fake.serving import answering  # noqa: PLC0415 - most of this command's start
    from storyscript.fake.tape.recording import Recorder  # noqa: PLC0415 - as above
    from storyscript.fake.tape.replaying import Replay  # noqa: PLC0415 - as above

    if arguments.record is not None:
        return answering.recorded(stack.enter_context(Recorder(Path(arguments.record))))
    if arguments.replay is not None:
        return answering.replayed(Replay(Path(arguments.replay), _complain))
    return answering.plainly


def _complain(message: str) -> None:
    sys.stderr.write(f"storyscript: fake: {message}\n")


def _picture(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"fake: cannot read `{path}`: {error.strerror or error}") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT)) and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {_LAST_PORT}, not `{text}`")
    return int(text)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, not `{text}`")
    return int(text)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise argparse.ArgumentTypeError(f"a number from 0 on, not `{text}`")
    return amount
