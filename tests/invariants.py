"""What holds for every document, whatever is in it."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from storyscript.cli.formats import FORMATS
from storyscript.compiler import compile_source
from storyscript.decompiler.decompile import decompile
from storyscript.diagnostics.model import Severity
from storyscript.diagnostics.sink import MOST_OF_ONE_CODE
from storyscript.diagnostics.text import render_text
from storyscript.encoding import decode, decode_events, encode, encode_events
from storyscript.errors import ConfigurationError
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.targets.curl import script
from storyscript.targets.ir import meaning
from storyscript.targets.storyboard import storyboard
from storyscript.targets.syntax_tree import syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.compiler import Compilation
    from storyscript.diagnostics.model import Problem
    from storyscript.source import Reader

_BOM = b"\xef\xbb\xbf"


class BrokenInvariantError(Exception):
    """A document for which something does not hold that should hold for all."""


def check_parse(source: SourceFile) -> nodes.Tree:
    """Parse a source; every character of it that is no white space belongs to one leaf of the tree, and to one only.

    Raises:
        BrokenInvariantError: it does not.
    """
    text = source.readable
    tree = parse(text)
    spans = sorted([*_leaves(tree), *((comment.start, comment.end) for comment in tree.comments)])
    at = 0
    for start, end in [*spans, (len(text), len(text))]:
        if not at <= start <= end <= len(text):
            raise BrokenInvariantError(f"nodes overlap, or lie outside the text, at {start}")
        if text[at:start].strip():
            raise BrokenInvariantError(f"{text[at:start]!r} at {at} belongs to no node")
        at = end
    return tree


def _leaves(tree: nodes.Tree) -> Iterator[tuple[int, int]]:
    for item in tree.items:
        if not isinstance(item, nodes.Stray):
            yield item.start, item.end
        for line in item.lines if isinstance(item, nodes.Block) else ():
            yield line.start, line.end
            for more in line.lines if isinstance(line, nodes.Property) else ():
                yield more.start, more.end


def check_document(data: bytes, reader: Reader, *, fragment: bool, shown: bool) -> Compilation:
    """Compile a document, and look at all that comes out of it.

    Args:
        data: the document.
        reader: opens what it names.
        fragment: whether it may be without scenes.
        shown: whether to write it as everything that it can be written as, too.

    Raises:
        BrokenInvariantError: something is not as it must be.
    """
    source = SourceFile.from_bytes("document.story", data)
    if source.text.encode("utf-8", "surrogateescape") != data.removeprefix(_BOM) and not source.utf16:
        raise BrokenInvariantError("bytes were lost on the way into the source")
    tree = check_parse(source)
    result = compile_source(source, reader=reader, fragment=fragment)
    _check_problems(result.problems)
    _check_wrong_lines(source, tree, result.problems)
    if result.has_errors != (result.story is None):
        raise BrokenInvariantError("a story with errors, or none without")
    _check_payloads(result)
    if shown:
        _check_faces(source, result, reader)
    return result


def _check_faces(source: SourceFile, result: Compilation, reader: Reader) -> None:
    """Everything that a compilation can be written as is written, and imported payloads come back."""
    render_text(result.problems, colour=True)
    for render in FORMATS.values():
        render(result.problems)
    json.dumps(syntax_tree(source))
    if result.story is None or not result.jobs:
        return
    json.dumps(meaning(result.story))
    storyboard(result.story, result.problems)
    with suppress(ConfigurationError):  # of images that a script cannot upload
        script(result.story)
    story, notes = decompile(json.dumps(result.payloads), reader=reader)
    again = compile_source(SourceFile.from_text(source.name, story), reader=reader)
    if again.has_errors or (not notes and again.payloads != result.payloads):
        raise BrokenInvariantError(f"imported, its payloads are others: {story!r}")


def _check_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        if not 0 <= problem.span.start <= problem.span.end <= len(problem.span.source.text):
            raise BrokenInvariantError(f"{problem.code} lies outside its file")
        if not problem.message or "\n" in problem.message:
            raise BrokenInvariantError(f"{problem.code} has a message that is no line")
    for one, two in pairwise(problems):
        if one.span.source is two.span.source and one.span.start > two.span.start:
            raise BrokenInvariantError(f"{two.code} stands behind {one.code} and lies before it")


def _check_wrong_lines(source: SourceFile, tree: nodes.Tree, problems: tuple[Problem, ...]) -> None:
    """Each line that is no statement, and each byte that no story may hold, is spoken of by an error."""
    errors = [p for p in problems if p.severity is Severity.ERROR and p.span.source is source]
    if len(errors) > MOST_OF_ONE_CODE:
        return  # some of them are only counted
    if source.utf16:
        if [problem.code for problem in problems] != ["SS105"]:
            raise BrokenInvariantError("UTF-16 is one problem")
        return
    lines = {problem.span.first.line for problem in errors}
    wrong = [item.start for item in tree.items if isinstance(item, nodes.Bad | nodes.BadHead)]
    for start in wrong + [start for start, _ in source.damage()]:
        if source.position(start).line not in lines:
            raise BrokenInvariantError(f"nothing is said of what is wrong at {start}")


def _check_payloads(result: Compilation) -> None:
    numbers = []
    for job, payload in zip(result.jobs, result.payloads, strict=True):
        numbers += [panel.number for panel in job.panels]
        scenes, events = decode(payload["generalPrompt"]), decode_events(payload["extraEventPrompts"])
        if (len(scenes), len(events)) != (len(job.scenes), len(job.events)):
            raise BrokenInvariantError("the service reads other panels than the story has")
        if encode(scenes) != payload["generalPrompt"] or encode_events(events) != payload["extraEventPrompts"]:
            raise BrokenInvariantError("a payload is not in canonical form")
        if [scene.no_character for scene in scenes] != [panel.no_character for panel in job.scenes]:
            raise BrokenInvariantError("another scene is without its character")
    panels = result.story.panels if result.story is not None else ()
    if sorted(numbers) != [panel.number for panel in panels]:
        raise BrokenInvariantError("a panel is lost, or in two jobs")
