"""The story's file and all that it includes, parsed, as one run of statements."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.ignores import Ignores, read_ignore
from storyscript.source import OutsideRootError, SourceFile, Span
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.diagnostics.sink import Sink
    from storyscript.source import Located, Reader


_ABSOLUTE: Final = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")
_QUOTES: Final = "\"'“”„‘’«»`"  # noqa: RUF001 - what word processors make of quotes
_SEVERAL: Final = re.compile(rf"(?ai:\.story)[{_QUOTES}]*(?:[ \t]*[,;]|[ \t]+(?=\S*(?ai:\.story)))")


@dataclass(slots=True, eq=False)
class File:
    """One parsed file.

    Attributes:
        source: its text.
        tree: what it parsed to.
        path: `Located.path`; `""` for the story itself.
    """

    source: SourceFile
    tree: nodes.Tree
    path: str

    @property
    def own(self) -> bool:
        """Whether it is the story's own file, not an included one."""
        return not self.path

    def span(self, start: int, end: int) -> Span:
        """A stretch of this file."""
        return Span(self.source, start, end)


@dataclass(slots=True, eq=False)
class Files:
    """All files of a story.

    Attributes:
        files: the story's own first, then in the order in which they were included.
        runs: stretches of items that stand together, as if includes were replaced by what they name.
        missing: an include failed, so names may be missing that the writer did define.
    """

    files: list[File] = field(default_factory=list)
    runs: list[tuple[File, list[nodes.Item]]] = field(default_factory=list)
    missing: bool = False

    def __iter__(self) -> Iterator[tuple[File, nodes.Item]]:
        for file, items in self.runs:
            for item in items:
                yield file, item


class Trees:
    """How texts become trees: read and parsed at once. An editor, which has them already, has its own."""

    def source(self, located: Located, name: str, data: bytes) -> SourceFile:  # noqa: ARG002 - for who keeps files apart
        """The text of an included file.

        Args:
            located: where it is.
            name: what messages call it.
            data: its bytes.
        """
        return SourceFile.from_bytes(name, data)

    def tree(self, source: SourceFile, identity: str) -> nodes.Tree:  # noqa: ARG002 - as above
        """What a text parses to.

        Args:
            source: the text.
            identity: of its file (`Located.identity`); `""` where nobody knows it.
        """
        return parse(source.readable)


def load(source: SourceFile, reader: Reader | None, sink: Sink, trees: Trees | None = None) -> Files:
    """Parse a story and what it includes; reports what concerns whole files.

    Args:
        source: the story's own file.
        reader: opens included files; without one, every include fails.
        sink: takes the problems.
        trees: makes texts and trees of files; by default anew.
    """
    loader = _Loader(reader, sink, posixpath.dirname(source.name), trees or Trees())
    loader.load(source)
    return loader.found


@dataclass(slots=True, eq=False)
class _Open:
    """A file that is being read: what is left of it, and its identity for finding cycles."""

    file: File
    identity: str
    at: int = 0


class _Loader:
    def __init__(self, reader: Reader | None, sink: Sink, folder: str, trees: Trees) -> None:
        self.reader: Final = reader
        self.sink: Final = sink
        self.folder: Final = folder
        self.trees: Final = trees
        self.found: Final = Files()

    def load(self, story: SourceFile) -> None:
        own = self._own_identity(story)
        # A stack of our own: an include chain may be deeper than Python's.
        stack = [self._parse(story, "", own)]
        seen = {own}
        while stack:
            top = stack[-1]
            items = top.file.tree.items
            include = next((n for n in range(top.at, len(items)) if items[n].__class__ is nodes.Include), len(items))
            if include > top.at:
                whole = top.at == 0 and include == len(items)
                self.found.runs.append((top.file, items if whole else items[top.at : include]))
            if include == len(items):
                stack.pop()
                continue
            top.at = include + 1
            node = items[include]
            assert isinstance(node, nodes.Include)  # noqa: S101 - for the type checker: that is what was looked for
            located = self._locate(top.file, node)
            if located is None:
                continue
            if located.identity in seen:
                if any(located.identity == opened.identity for opened in stack):
                    self._report_cycle(top.file, node)
                continue
            source = self._read(top.file, node, located)
            if source is not None:
                seen.add(located.identity)
                stack.append(self._parse(source, located.path, located.identity))

    def _own_identity(self, story: SourceFile) -> str:
        """What the reader calls the story's own file; `""` where it knows none."""
        if self.reader is None:
            return ""
        try:
            return self.reader.locate(posixpath.basename(story.name), "").identity
        except (OSError, OutsideRootError, ValueError):
            return ""

    def _locate(self, file: File, node: nodes.Include) -> Located | None:
        path = file.source.readable[node.value_start : node.end].strip()
        located = locate(self.reader, self.sink, file, path, node.value_start)
        if located is None:
            self.found.missing = True
        return located

    def _read(self, file: File, node: nodes.Include, located: Located) -> SourceFile | None:
        assert self.reader is not None  # noqa: S101 - for the type checker: it located the file
        try:
            data = self.reader.read(located)
        except OSError as error:
            self.found.missing = True
            span = file.span(node.value_start, node.end)
            self.sink.report("SS206", span, f"cannot read `{located.path}`: {_reason(error)}")
            return None
        return self.trees.source(located, posixpath.join(self.folder, located.path), data)

    def _parse(self, source: SourceFile, path: str, identity: str) -> _Open:
        file = File(source, self.trees.tree(source, identity), path)
        self.found.files.append(file)
        self.sink.add_file(source, _ignores(file))
        start = file.span(0, 0)
        if source.too_large:
            self.found.missing = True
            self.sink.report("SS106", start, "file larger than 16 MiB", hint="split the story, or include parts of it")
        if source.utf16:
            self.found.missing = True
            self.sink.report("SS105", start, "file is UTF-16, not UTF-8", hint="save it as UTF-8")
        for begin, end in source.damage():
            if self.sink.is_full("SS105", source):
                self.sink.count_more("SS105", source, 1)
                continue
            self.sink.add_damage(source, source.position(begin).line)
            message, hint = _describe_damage(source.text[begin:end])
            self.sink.report("SS105", file.span(begin, end), message, hint=hint)
        return _Open(file, identity)

    def _report_cycle(self, file: File, node: nodes.Include) -> None:
        path = file.source.readable[node.value_start : node.end].strip()
        self.sink.report(
            "SS207",
            file.span(node.value_start, node.value_start + len(path)),
            f"`{path}` is being included already: the includes go round in a circle",
            hint="take one of the includes out",
        )


def locate(reader: Reader | None, sink: Sink, file: File, path: str, start: int) -> Located | None:
    """Find a file that a story names, or report why not (SS206, SS208).

    Args:
        reader: None where nothing can be read.
        sink: takes the problem.
        file: the file that names it.
        path: as written.
        start: where the path stands in `file`.
    """
    span = file.span(start, start + len(path))
    if reader is None:
        hint = "give `compile` a `reader`, for example `storyscript.FolderReader`"
        sink.report("SS206", span, f"cannot read `{path}`: this story was compiled without access to files", hint=hint)
        return None
    try:
        return reader.locate(path, file.path)
    except OutsideRootError:
        if _ABSOLUTE.match(path):
            name = posixpath.basename(path.replace("\\", "/"))
            hint = f"write it relative to this file: `{name}` for one beside it"
            sink.report("SS208", span, f"`{path}` is an absolute path", hint=hint)
            return None
        sink.report(
            "SS208",
            span,
            f"`{path}` leads out of the folder that this story may read from",
            hint="files are named relative to the file that names them; to read from further up, put an empty "
            "`storyscript.toml` into the folder that holds everything",
        )
    except FileNotFoundError:
        hint = "paths are relative to the file that names them"
        if _SEVERAL.search(path):
            hint = "one path an `include`: write a line for each"
        elif path[:1] in _QUOTES:
            hint = f"the quotes are taken for a part of the path: write `{path.strip(_QUOTES)}`"
        elif "\\" in path:
            hint = "paths use `/`"
        sink.report("SS206", span, f"`{path}` does not exist", hint=hint)
    except (OSError, ValueError) as error:
        sink.report("SS206", span, f"cannot read `{path}`: {_reason(error)}")
    return None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "it is no plain file") if isinstance(error, OSError) else "no file can have that name"


def _describe_damage(sign: str) -> tuple[str, str]:
    if sign >= "\ud800":
        shown = " ".join(f"0x{ord(part) - 0xDC00:02X}" if part >= "\udc80" else "a lone surrogate" for part in sign)
        return f"invalid UTF-8: {shown}", "save the file as UTF-8"
    if sign == "\r":
        return "a carriage return without a line feed", "end lines with LF or CRLF"
    return f"control character U+{ord(sign):04X}", "delete it"


def _ignores(file: File) -> Ignores | None:
    text, ignores = file.source.readable, None
    for comment in file.tree.comments:
        ignore = read_ignore(text[comment.start : comment.end], comment.start)
        if ignore is not None:
            ignores = ignores or Ignores()
            ignores.add(ignore, file.source.position(comment.start).line + comment.alone)
    return ignores
