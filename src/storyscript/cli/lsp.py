"""`storyscript lsp`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from storyscript import __version__
from storyscript.cli import exits
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse

EXAMPLES: Final = {
    "storyscript lsp": "what an editor runs; it ends when the editor does",
}

EXTRA: Final = "lsp"
"""What brings the libraries of the language server."""
_INPUT, _OUTPUT = 0, 1


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    # What many editors say to every server; there is no other way here.
    parser.add_argument("--stdio", action="store_true", help="talk on standard input and output, as it does anyway")


def run(_: argparse.Namespace) -> int:
    """Talk with an editor until it ends.

    Raises:
        ConfigurationError: a person started it, or its libraries are not there.
    """
    try:
        from storyscript.lsp.server import StoryServer  # noqa: PLC0415 - half a second, which only this command has
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "storyscript":
            raise
        raise ConfigurationError(
            f"the language server needs the library `{error.name}`, which is not installed: install storyscript with "
            f"its extra `{EXTRA}`"
        ) from None
    if sys.stdin is None or sys.stdout is None:
        raise ConfigurationError("standard input or output is closed, and an editor talks on them")
    if sys.stdin.isatty():
        raise ConfigurationError(
            "the language server talks with an editor, not with a terminal: let your editor run it"
        )
    return exits.DONE if StoryServer(__version__).talk(_INPUT, _OUTPUT) else exits.STORY
