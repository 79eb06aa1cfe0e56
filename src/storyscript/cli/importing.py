"""`storyscript import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli import exits
from storyscript.cli.stories import STANDARD_INPUT
from storyscript.decompiler.decompile import decompile
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError
from storyscript.folder import FolderReader
from storyscript.source import MAX_SOURCE_BYTES

if TYPE_CHECKING:
    import argparse

EXAMPLES: Final = {
    "storyscript import payload.json -o lamp.story": "a payload, into a file",
    "storyscript import request.md --strict": "a page with curl commands; what a story cannot say is an error",
}


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a payload as JSON, a page with curl commands (nothing is run), an answer of the service about tasks, "
        "or a `generalPrompt` alone; `-` for standard input",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the story here (default: standard output)")
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    parser.add_argument("--strict", action="store_true", help="take notes of what was left out for errors")


def run(arguments: argparse.Namespace) -> int:
    """Write the story that compiles to a payload; what a story cannot say is noted on standard error."""
    target = _target(arguments.output, force=arguments.force)
    text = _read(arguments.file)  # first: a name that can be read can also be resolved
    if target is not None and arguments.file != STANDARD_INPUT and target.resolve() == Path(arguments.file).resolve():
        raise ConfigurationError(f"import: `{target}` is what is imported, and would be written over")
    # The story's files are looked for where the story will stand.
    reader = FolderReader(target.parent if target is not None else Path())
    try:
        story, notes = decompile(text, reader=reader)
    except ConfigurationError as error:
        raise ConfigurationError(f"{_name(arguments.file)}: {error}") from None
    kind = "error" if arguments.strict else "note"
    for note in notes:
        print(f"{kind}: {visible(note)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    if notes and arguments.strict:
        return exits.STORY
    if target is None:
        sys.stdout.write(story)
    elif target.exists() and not target.is_file():
        target.write_text(story, "utf-8")
    else:
        from storyscript.rendering.files import write_file  # noqa: PLC0415 - half of all imports write none

        write_file(target.resolve() if target.is_symlink() else target, story.encode())
    return exits.DONE


def _name(path: str) -> str:
    return "<stdin>" if path == STANDARD_INPUT else path


def _target(output: str | None, *, force: bool) -> Path | None:
    """Where the story goes; None is standard output."""
    if output is None:
        return None
    if not output:
        raise ConfigurationError("import: `-o` names no file")
    target = Path(output)
    try:
        target.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL
        raise ConfigurationError(f"import: no file can be named `{output}`") from None
    if target.is_dir() or output.endswith("/"):
        raise ConfigurationError(f"import: `{output}` is a folder; name a file in it, such as `lamp.story`")
    if target.is_file() and not force:
        raise ConfigurationError(f"import: `{output}` exists; give another name, or `--force` to write over it")
    return target


def _read(path: str) -> str:
    """The text to import.

    Raises:
        ConfigurationError: it cannot be read, is too large, or is not UTF-8.
    """
    most = MAX_SOURCE_BYTES + 1
    if not path:
        raise ConfigurationError("import: the name of the file is empty")
    try:
        if path != STANDARD_INPUT:
            with Path(path).open("rb") as file:
                data = file.read(most)
        elif sys.stdin is None:
            raise ConfigurationError("standard input is closed, so nothing can be read from it")
        else:
            data = sys.stdin.buffer.read(most)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file `{path}`") from None
    except IsADirectoryError:
        raise ConfigurationError(f"`{path}` is a folder; name a file in it") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise ConfigurationError(f"cannot read `{path}`: {reason or 'no file can have that name'}") from None
    if len(data) > MAX_SOURCE_BYTES:
        raise ConfigurationError(f"`{_name(path)}` is over 16 MiB, more than any payload has")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"`{_name(path)}` is not UTF-8 (byte {error.start + 1})") from None
