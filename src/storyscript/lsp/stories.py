"""Stories as the server has them: each analysed again when something that it is made of has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.analyse import analyse
from storyscript.analysis.memory import Memory
from storyscript.config.project import ProjectSettings, load_project
from storyscript.diagnostics.fixes import Search
from storyscript.diagnostics.model import Severity
from storyscript.diagnostics.sink import Sink
from storyscript.editing.mending import Seen
from storyscript.editing.view import View
from storyscript.lsp.document import Document
from storyscript.lsp.reading import OpenReader, OpenTrees
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from storyscript.analysis.defaults import Defaults
    from storyscript.analysis.story import StoryText
    from storyscript.diagnostics.model import Problem

_BOM: Final = "\ufeff"  # a text stands behind its mark; without one, a mark that is text would be taken for it
EFFORT: Final = 4 * 1024 * 1024
"""How many characters are read again at most to find the fixes that an editor asks for."""


class Inputs(NamedTuple):
    """What a story is analysed with.

    Attributes:
        source: its own file.
        reader: opens what it names; None for a text that is nowhere.
        project: what its project says.
        defaults: that part of it that the analysis takes.
    """

    source: SourceFile
    reader: OpenReader | None
    project: ProjectSettings
    defaults: Defaults | None


class Story:
    """A story and all that it includes.

    Args:
        identity: of its own file.
        folder: that it stands in; None for a text that was never saved.
        documents: what is open, by identity.
        trees: texts and trees of all files, shared by all stories.
    """

    def __init__(self, identity: str, folder: Path | None, documents: Mapping[str, Document], trees: OpenTrees) -> None:
        self.identity: Final = identity
        self.folder: Final = folder
        self.files: frozenset[str] = frozenset()
        """The identities of its files, as they were when it was last analysed."""
        self.revision = -1
        """Of the workspace, when it was last analysed."""
        self.gone = False
        """Whether its own file could not be read then."""
        self.inputs: Inputs
        self.problems: tuple[Problem, ...] = ()
        """What is told of it: the project has its say in this."""
        self._documents: Final = documents
        self._trees: Final = trees
        self._memory: Final = Memory(trees)
        self._view: View
        self._sink: Sink

    @property
    def view(self) -> View:
        """What its last analysis found out."""
        return self._view

    def analyse(self, revision: int) -> None:
        """Find out anew what it says, as of a revision of the workspace."""
        self.inputs = inputs = self._inputs()
        self._sink, text = _analysed(inputs, self._memory)
        found = self._sink.problems()
        self._view = View(text, found, {default.key: default.value for default in inputs.project.settings})
        self.problems = _told(inputs, found)
        known = (self._trees.identity(file.source) for file in text.files)
        self.files = frozenset([self.identity, *(identity for identity in known if identity is not None)])
        self.revision = revision

    def with_texts(self, texts: Mapping[SourceFile, str]) -> View:
        """What an analysis would find out if some of its files had other texts; nothing is kept of it."""
        inputs, documents = self._other(texts)
        sink, story = _analysed(inputs, Memory(OpenTrees(documents, self._trees.name)))
        return View(story, sink.problems())

    def seen_with(self, source: SourceFile, text: str, *, fixes: bool) -> Seen:
        """What would be told of it if one of its files had another text, and whether with the file's fixes."""
        inputs, documents = self._other({source: text})
        sink, story = _analysed(inputs, Memory(OpenTrees(documents, self._trees.name)))
        problems: Sequence[Problem] = sink.problems()
        identity = self._trees.identity(source)
        other = source if identity is None else documents[identity].source
        if fixes:
            search = Search(EFFORT, wanted=lambda problem: problem.span.source is other)
            problems = _fixed(inputs, problems, story, sink, search)
        return Seen(other, _told(inputs, problems))

    def with_fixes(self, wanted: Callable[[Problem], bool]) -> tuple[Problem, ...]:
        """Those of its problems that are asked for, each with its fix where one is found, be it sure or not."""
        inputs, view = self.inputs, self._view
        found = _fixed(inputs, view.problems, view.story, self._sink, Search(EFFORT, unsure=True, wanted=wanted))
        return _told(inputs, [problem for problem in found if wanted(problem)])

    def _other(self, texts: Mapping[SourceFile, str]) -> tuple[Inputs, dict[str, Document]]:
        """What it would be analysed with, and what would be open, if some of its files had other texts."""
        documents = dict(self._documents)
        for source, text in texts.items():
            identity = self._trees.identity(source)
            if identity is not None:
                documents[identity] = Document(identity, 0, _BOM + text, source.name)
        own = documents.get(self.identity)
        inputs = self.inputs
        if own is not None:
            inputs = inputs._replace(source=own.source)
        if inputs.reader is not None:
            inputs = inputs._replace(reader=OpenReader(inputs.reader.folder, documents))
        return inputs, documents

    def _inputs(self) -> Inputs:
        document = self._documents.get(self.identity)
        source = self._trees.read(self.identity) if document is None else document.source
        self.gone = source is None
        if source is None:
            source = SourceFile.from_text(self._trees.name(self.identity), "")
        if self.folder is None:
            return Inputs(source, None, ProjectSettings(), None)
        project = load_project(self.folder)
        return Inputs(source, OpenReader(self.folder, self._documents), project, project.defaults(self.folder))


def _analysed(inputs: Inputs, memory: Memory) -> tuple[Sink, StoryText]:
    sink = Sink()
    defaults = None if inputs.defaults is None else inputs.defaults.file
    # A file may be opened to be included: that it draws nothing is no mistake of it.
    text = analyse(inputs.source, sink, reader=inputs.reader, defaults=defaults, fragment=True, memory=memory)
    return sink, text


def _fixed(
    inputs: Inputs, problems: Sequence[Problem], story: StoryText, sink: Sink, search: Search
) -> tuple[Problem, ...]:
    """The problems of a story, those that are wanted with their fixes."""
    from storyscript.analysis.fixes.proof import with_fixes  # noqa: PLC0415 - only who asks for fixes needs it

    return with_fixes(
        problems,
        story,
        sink,
        reader=inputs.reader,
        overrides=None,
        defaults=None if inputs.defaults is None else inputs.defaults.file,
        fragment=True,
        counter=None,
        search=search,
    )


def _told(inputs: Inputs, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """What a project lets be told of problems."""
    if inputs.defaults is not None:
        problems = inputs.defaults.told(problems)
    problems = inputs.project.choice.of(problems)
    if inputs.project.strict:
        return tuple(problem._replace(severity=Severity.ERROR) for problem in problems)
    return tuple(problems)
