"""`storyscript explain`."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from storyscript.analysis.near import nearest
from storyscript.cli import exits
from storyscript.cli.terminal import shows_colour
from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.errors import ConfigurationError
from storyscript.explanations import page

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

EXAMPLES: Final = {
    "storyscript explain SS301": "one code",
    "storyscript explain": "all codes, a line each",
}

_CODE: Final = re.compile(r"(?:SS)?([0-9]{3})", re.ASCII | re.IGNORECASE)

_WIDEST: Final = 100
"""Columns of prose; longer lines are hard to read."""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("codes", nargs="*", metavar="CODE", help="`SS301`, or `301`; without one, all codes are listed")


def run(arguments: argparse.Namespace) -> int:
    """Print the pages of codes, or the list of all codes."""
    codes = list(dict.fromkeys(map(_code, arguments.codes)))
    if not codes:
        sys.stdout.writelines(f"{code}  {severity(code):7}  {title}\n" for code, title in TITLES.items())
    elif shows_colour(sys.stdout):
        _show([page(code) for code in codes])
    else:
        sys.stdout.write("\n".join(page(code) for code in codes))
    return exits.DONE


def _code(word: str) -> str:
    """The code that a word means.

    Raises:
        ConfigurationError: there is no such code; the message names the nearest.
    """
    match = _CODE.fullmatch(word)
    code = f"SS{match[1]}" if match else word
    if code not in TITLES:
        near = nearest(code, TITLES)
        more = f"did you mean `{near}`?" if near else "`storyscript explain` lists them all"
        raise ConfigurationError(f"explain: there is no code `{word}`; {more}")
    return code


def _show(pages: Sequence[str]) -> None:
    """Write pages for a terminal, wrapped to its width."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it, and it is large
    from rich.markdown import CodeBlock, Heading, Markdown  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above
    from rich.theme import Theme  # noqa: PLC0415 - as above

    class Title(Heading):
        """A heading at the left edge, without a box."""

        def __rich_console__(self, *_: object) -> Iterator[Text]:
            self.text.justify = "left"
            yield self.text

    class Example(CodeBlock):
        """A story as it would stand in a file: what begins at the left edge must do so here, to be copied."""

        def __rich_console__(self, *_: object) -> Iterator[Text]:
            style = {"wrong": "red", "right": "green"}.get(self.lexer_name, "")
            yield Text(str(self.text).rstrip(), style=style, no_wrap=True, overflow="ignore")

    class Page(Markdown):
        elements = Markdown.elements | {"heading_open": Title, "fence": Example, "code_block": Example}

    # Rich's own style for code has a black ground, which is a stripe on a white terminal.
    console = Console(file=sys.stdout, force_terminal=True, theme=Theme({"markdown.code": "bold cyan"}))
    console.width = min(console.width, _WIDEST)
    for number, text in enumerate(pages):
        if number:
            console.print()
        console.print(Page(text), crop=False)
