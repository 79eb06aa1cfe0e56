"""`storyscript login`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import warnings
from pathlib import Path
from typing import Final

from storyscript.cli import exits
from storyscript.config.files import user_file
from storyscript.config.saving import save_credentials
from storyscript.config.service import (
    BASE_URL_VARIABLE,
    KEY_VARIABLE,
    OPTION,
    SECRET_VARIABLE,
    Setting,
    Variables,
    read_settings,
)
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError, UnfinishedError, UnreachableError
from storyscript.hidden import Hidden
from storyscript.wiro import Credentials, WiroClient

EXAMPLES: Final = {
    "storyscript login": "ask for the credentials, try them, keep them",
    "storyscript login --no-verify": "where there is no network",
}
DISCREET: Final = True
"""A word in the wrong place may be a credential, so no message repeats one."""

_TIMEOUT: Final = 10.0
_PATIENCE: Final = 25.0
"""Seconds for the whole of it: a server that sends a byte now and then is never silent for long."""
_ATTEMPTS: Final = 2
_LONGEST: Final = 4096
"""Characters of a line that is read: no key is longer."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    # Taken in order to be refused without being repeated.
    parser.add_argument("words", nargs="*", type=Hidden, help=argparse.SUPPRESS)
    parser.add_argument("--no-verify", action="store_true", help="do not ask the service whether it accepts them")
    parser.add_argument("--base-url", metavar="URL", help="the service to ask (default: the one that a run would use)")


def run(arguments: argparse.Namespace) -> int:
    """Ask for credentials, try them, keep them."""
    if arguments.words:
        raise ConfigurationError(
            "login: credentials are not given as words, which the shell keeps and others can see: leave them out, and "
            "you are asked for them"
        )
    # Before anything is typed: what cannot be used later is better known now. Its mode is mended by writing it.
    address = read_settings(Path(), base_url=arguments.base_url, closed=False).base_url
    base_url = address.value
    credentials = _ask_terminal() if sys.stdin is not None and sys.stdin.isatty() else _read_lines()
    if not arguments.no_verify:
        asyncio.run(_verify(credentials, base_url))
        print(f"storyscript: {base_url} accepts the credentials", file=sys.stderr)  # noqa: T201 - our own voice
    path = save_credentials(credentials.key, credentials.secret)
    sys.stdout.write(f"{visible(str(path))}\n")
    _warn_of_address(address)
    _warn_of_environment()
    return exits.DONE


def _ask_terminal() -> Credentials:
    import getpass  # noqa: PLC0415 - only a terminal needs it

    sys.stderr.write(
        f"The credentials of your Wiro project, for `{user_file()}`. Nothing that you type is shown.\n"
        "A project without signatures has no secret: leave it empty.\n"
    )
    try:
        with warnings.catch_warnings():
            # It would go on and show what is typed.
            warnings.simplefilter("error", getpass.GetPassWarning)
            key = Hidden(getpass.getpass("API key: ").strip())
            secret = Hidden(getpass.getpass("API secret: ").strip()) if key else None
    except (EOFError, getpass.GetPassWarning, OSError, UnicodeError):
        key, secret = None, None
    if key is None:
        raise ConfigurationError(
            "login: nothing can be typed unseen here; give key and secret as two lines on standard input"
        )
    return Credentials(key, secret or None)


def _read_lines() -> Credentials:
    """Key and secret from standard input, a line each; no second line means no secret."""
    lines, more = _lines()
    if more:
        raise ConfigurationError("login: standard input has more than two lines: the API key, then the API secret")
    if not lines or not lines[0]:
        raise ConfigurationError("login: standard input has no API key: give it on the first line, the secret below")
    return Credentials(lines[0], (lines[1] if len(lines) > 1 else None) or None)


def _lines() -> tuple[list[Hidden], bool]:
    """The first two lines, and whether there is anything behind them."""
    if sys.stdin is None:
        return [], False
    # As bytes, for a locale's decoding may fail; what is no ASCII is refused later, as a character that no key has.
    stream = sys.stdin.buffer
    lines = [Hidden(stream.readline(_LONGEST).decode("utf-8-sig", "replace").strip()) for _ in range(2)]
    return lines, bool(stream.read(_LONGEST).strip())


async def _verify(credentials: Credentials, base_url: str) -> None:
    """Try them.

    Raises:
        CredentialsError: the service refuses them.
        UnfinishedError: it cannot be asked; nothing was saved.
        ServiceError: its answer cannot be understood; nothing was saved.
    """
    async with WiroClient(credentials, base_url=base_url, timeout=_TIMEOUT) as client:
        kind: type[UnfinishedError]
        try:
            async with asyncio.timeout(_PATIENCE):
                await client.verify(attempts=_ATTEMPTS)
        except UnfinishedError as error:
            kind, message = type(error), str(error)
        except TimeoutError:
            kind, message = UnreachableError, f"the service did not answer in {_PATIENCE:.0f} seconds"
        else:
            return
    raise kind(f"{message}. Nothing was saved: `storyscript login --no-verify` saves without asking")


def _warn_of_address(asked: Setting[str]) -> None:
    """Say which service runs will use, where that is another than the one that was asked."""
    if asked.source == OPTION:
        without, variables = "`--base-url`", None
    elif asked.source == BASE_URL_VARIABLE:
        without, variables = BASE_URL_VARIABLE, Variables({})
    else:
        return
    try:
        later = read_settings(Path(), variables, closed=False).base_url
    except ConfigurationError as error:
        what = f"runs stop: {error}"
    else:
        if later.value.rstrip("/") == asked.value.rstrip("/"):
            return
        what = f"runs use {later.value} (from {later.source})"
    print(f"storyscript: the address is not saved: without {without}, {visible(what)}", file=sys.stderr)  # noqa: T201 - our own voice


def _warn_of_environment() -> None:
    found = [name for name in (KEY_VARIABLE, SECRET_VARIABLE) if os.environ.get(name)]
    if found:
        names = " and ".join(found)
        verb = "is" if len(found) == 1 else "are"
        print(f"storyscript: {names} {verb} set in the environment and will win over this file", file=sys.stderr)  # noqa: T201 - our own voice
