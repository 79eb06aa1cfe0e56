"""`storyscript styles`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.listing import Column, write_list
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    import argparse

EXAMPLES: Final = {
    "storyscript styles": "all styles",
    "storyscript styles --format json": "the same for a program",
}


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people (default) or for programs"
    )


def run(arguments: argparse.Namespace) -> int:
    """List the styles."""
    tool = story_diffusion_advanced()
    default = tool.defaults["styleName"]
    if arguments.format == "json":
        styles = [{"name": style, "default": style == default} for style in tool.styles]
        sys.stdout.write(json.dumps({"styles": styles}, indent=1) + "\n")
    else:
        rows = [(style, "default" if style == default else "") for style in tool.styles]
        write_list((Column("style"), Column("")), rows, sys.stdout)
    return exits.DONE
