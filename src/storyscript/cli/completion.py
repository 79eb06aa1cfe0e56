"""`storyscript completion`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits

if TYPE_CHECKING:
    import argparse

SHELLS: Final = ("bash", "zsh", "fish")

EXAMPLES: Final = {
    "storyscript completion bash": "the script for bash, on standard output",
    "storyscript completion fish > storyscript.fish": "that for fish, into a file",
}
MORE: Final = """\
to have it in every new shell (and again after an update):
  bash  storyscript completion bash > \\
          ~/.local/share/bash-completion/completions/storyscript
        or, without the package bash-completion, in ~/.bashrc:
          eval "$(storyscript completion bash)"
  zsh   storyscript completion zsh > ~/.zfunc/_storyscript
        with these lines in ~/.zshrc:
          fpath=(~/.zfunc $fpath)
          autoload -U compinit && compinit
  fish  storyscript completion fish > \\
          ~/.config/fish/completions/storyscript.fish"""


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")


def run(arguments: argparse.Namespace) -> int:
    """Write the script that completes storyscript's commands in a shell."""
    from storyscript.cli.completing.commands import program  # noqa: PLC0415 - it loads every command

    shell = import_module(f"storyscript.cli.completing.{arguments.shell}")
    sys.stdout.write(shell.script(program()))
    return exits.DONE
