"""`storyscript build`."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storyscript.cli import exits
from storyscript.cli.arguments import add_stories
from storyscript.cli.projects import read_wishes
from storyscript.cli.stories import (
    code_of_problems,
    compile_story,
    not_yet_said,
    read_overrides,
    read_stories,
    show_problems,
    tell_left_out,
)
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from storyscript.cli.stories import StoryFile
    from storyscript.compiler import Compilation
    from storyscript.diagnostics.model import Problem
    from storyscript.source import SourceFile

EXAMPLES: Final = {
    "storyscript build examples/lamp.story": "the parameters of its jobs, on standard output",
    "storyscript build examples/lamp.story --set seed=7 -o lamp.json": "other pictures, and into a file",
    "storyscript build --emit html examples/lamp.story -o lamp.html": "a page to print, with the panels of a run",
}
_PICTURES: Final = "out"


class _Emit(NamedTuple):
    """What a story can be written as.

    Attributes:
        write: the text, from a compilation without errors; None where it is made by `write_source`.
        suffix: of the file's name, where the result of one of several stories goes into a folder.
        about: for `--help`.
        executable: whether the file is a program.
        write_source: the text, from the story's own file, whatever is wrong with it.
    """

    write: Callable[[Compilation], str] | None
    suffix: str
    about: str
    executable: bool = False
    write_source: Callable[[SourceFile], str] | None = None

    def text(self, story: StoryFile, result: Compilation) -> str | None:
        """What is to be written, or None where the story's errors leave nothing.

        Raises:
            ConfigurationError: the story cannot be written so.
        """
        if self.write_source is not None:
            return self.write_source(story.source)
        return self.write(result) if self.write is not None and result.story is not None else None


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "--emit",
        choices=_EMITS,
        default="payload",
        help="; ".join(f"{name}{' (default)' * (name == 'payload')}: {emit.about}" for name, emit in _EMITS.items()),
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write here; for several stories a folder (default: standard output)",
    )
    parser.add_argument(
        "--pictures",
        metavar="DIR",
        help=f"for `--emit html`: where `run` put the panels (default: {_PICTURES})",
    )
    add_stories(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compile stories and write what they compile to."""
    stories = read_stories(arguments.stories, read_wishes(arguments))
    overrides = read_overrides(arguments.set)
    emit = _EMITS[arguments.emit]
    if arguments.emit == "html":
        emit = emit._replace(write=partial(_html, pictures=_pictures_folder(arguments.pictures)))
    elif arguments.pictures is not None:
        raise ConfigurationError(f"build: `--pictures` is for `--emit html`; `--emit {arguments.emit}` has none")
    targets = _targets(stories, arguments.output, emit.suffix)
    _keep_stories(stories, targets)
    codes = []
    said: set[Problem] = set()
    for story, target in zip(stories, targets, strict=True):
        result = compile_story(story, overrides)
        show_problems(not_yet_said(result.problems, said), sys.stderr)
        codes.append(code_of_problems(result.problems))
        try:
            text = emit.text(story, result)
        except ConfigurationError as error:
            print(f"storyscript: {visible(str(error))}", file=sys.stderr)  # noqa: T201 - the command line's own voice
            codes.append(exits.USE)
            continue
        if text is None:
            if len(stories) > 1:
                tell_left_out(story, result.problems)
            continue
        if target is None:
            sys.stdout.write(text)
        else:
            # A lone surrogate comes from a file's name; its escape is JSON's own.
            _write(target, text.encode("utf-8", "backslashreplace"), executable=emit.executable)
    return exits.USE if exits.USE in codes else exits.worst(codes)


def _payload(result: Compilation) -> str:
    payloads = result.payloads
    return _json(payloads[0] if len(payloads) == 1 else payloads)


def _jobs(result: Compilation) -> str:
    assert result.story is not None  # noqa: S101 - for the type checker: the caller looked
    from storyscript.targets.plan import plan  # noqa: PLC0415 - a target loads only what it needs

    return _json(plan(result.story))


def _html(result: Compilation, pictures: Path | None = None) -> str:
    assert result.story is not None  # noqa: S101 - for the type checker: the caller looked
    from storyscript.naming import story_folder  # noqa: PLC0415 - only this target needs it
    from storyscript.rendering.pictures import find_pictures  # noqa: PLC0415 - only this target needs it
    from storyscript.targets.storyboard import storyboard  # noqa: PLC0415 - a target loads only what it needs

    file, out = result.story.file, pictures or Path(_PICTURES)
    name = story_folder(file)
    # As `run` names it, alone or among stories of one name.
    folders = [out / name, out / f"{Path(file).parent.resolve().name}-{name}"]
    found = find_pictures(folders, result.story)
    for complaint in found.complaints:
        sys.stderr.write(f"storyscript: {visible(complaint)}\n")
    return storyboard(result.story, result.problems, found.by_panel)


def _pictures_folder(given: str | None) -> Path:
    """Where to look for panels.

    Raises:
        ConfigurationError: a folder is named that is not there.
    """
    if given is not None and not Path(given).is_dir():
        raise ConfigurationError(f"build: `--pictures {given}`: there is no such folder; name the one that `run` wrote")
    return Path(_PICTURES if given is None else given)


def _ir(result: Compilation) -> str:
    assert result.story is not None  # noqa: S101 - for the type checker: the caller looked
    from storyscript.targets.ir import meaning  # noqa: PLC0415 - a target loads only what it needs

    return _json(meaning(result.story))


def _ast(source: SourceFile) -> str:
    from storyscript.targets.syntax_tree import syntax_tree  # noqa: PLC0415 - a target loads only what it needs

    return _json(syntax_tree(source))


def _curl(result: Compilation) -> str:
    assert result.story is not None  # noqa: S101 - for the type checker: the caller looked
    from storyscript.targets.curl import script  # noqa: PLC0415 - a target loads only what it needs

    return script(result.story)


def _json(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


_EMITS: Final = {
    "payload": _Emit(_payload, ".json", "the Run parameters as JSON"),
    "jobs": _Emit(_jobs, ".json", "the whole plan"),
    "ir": _Emit(_ir, ".json", "what the story means, as JSON"),
    "ast": _Emit(None, ".json", "the file's syntax tree as JSON, errors or not", write_source=_ast),
    "curl": _Emit(_curl, ".sh", "a shell script that runs the jobs by hand", executable=True),
    "html": _Emit(_html, ".html", "a storyboard page to print or mail"),
}


def _write(target: Path, data: bytes, *, executable: bool) -> None:
    """Write a result; into what is no plain file, such as a device or a pipe, directly."""
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    from storyscript.rendering.files import write_file  # noqa: PLC0415 - half of all builds write none

    write_file(target.resolve() if target.is_symlink() else target, data, executable=executable)


def _keep_stories(stories: list[StoryFile], targets: list[Path | None]) -> None:
    """Refuse to write a result over a story.

    Raises:
        ConfigurationError: a target is one of the stories.
    """
    sources = {Path(story.source.name).resolve() for story in stories}
    for target in targets:
        if target is not None and target.resolve() in sources:
            raise ConfigurationError(f"build: `{target}` is a story, and would be written over; give another file")


def _targets(stories: list[StoryFile], output: str | None, suffix: str) -> list[Path | None]:
    """Where each story's result goes; None is standard output."""
    if output is None:
        if len(stories) > 1:
            raise ConfigurationError("build: several stories need a folder to write to: `-o DIR`")
        return [None]
    if not output:
        raise ConfigurationError("build: `-o` names no file")
    if len(stories) == 1 and not output.endswith("/") and not Path(output).is_dir():
        return [Path(output)]
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"build: several stories need a folder to write to, and `{output}` is a file")
    names = [Path(story.source.name).stem.strip("<>") for story in stories]
    unique = [
        name if names.count(name) == 1 else f"{story.folder.resolve().name}-{name}"
        for name, story in zip(names, stories, strict=True)
    ]
    twice = next((name for name in unique if unique.count(name) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"build: two stories would both become `{twice}{suffix}`; build them one at a time")
    return [folder / f"{name}{suffix}" for name in unique]
