"""A story as an editor sees it: analysed with all that it includes, whatever is wrong with it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from storyscript.analysis.files import File
    from storyscript.analysis.story import JobText, PanelText, StoryText, Variable
    from storyscript.diagnostics.model import Problem
    from storyscript.source import SourceFile


class Place(NamedTuple):
    """Where a panel stands in its job.

    Attributes:
        job: the job.
        job_number: the job's number in the story, from 1.
        number: the panel's place among the job's scenes, or among its events, from 1, in the payload's order.
        of: how many scenes, or events, the job has.
    """

    job: JobText
    job_number: int
    number: int
    of: int


class View:
    """What an analysis found out, and how to find one's way in it.

    Args:
        story: as analysed; it is there also where the story has errors.
        problems: what is wrong, sorted by file and position.
        defaults: a project's settings, by key: what holds where the story says nothing.
    """

    def __init__(
        self, story: StoryText, problems: Sequence[Problem], defaults: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.story: Final = story
        self.problems: Final = problems
        self.defaults: Final = defaults

    @cached_property
    def _files(self) -> dict[SourceFile, File]:
        return {file.source: file for file in self.story.files}

    def file_of(self, source: SourceFile) -> File | None:
        """The file of the story that has this text."""
        return self._files.get(source)

    @cached_property
    def _panels(self) -> dict[int, PanelText]:
        return {id(panel.block): panel for panel in self.story.panels}

    def panel_of(self, block: nodes.Block) -> PanelText | None:
        """The panel that a block is the text of."""
        return self._panels.get(id(block))

    @cached_property
    def _places(self) -> dict[int, Place]:
        places = {}
        for job_number, job in enumerate(self.story.jobs, 1):
            for panels in (job.scenes, job.events):
                for number, panel in enumerate(panels, 1):
                    places[id(panel)] = Place(job, job_number, number, len(panels))
        return places

    def place_of(self, panel: PanelText) -> Place | None:
        """Where a panel stands in its job; None where its lead is not known, so that it is in nobody's."""
        return self._places.get(id(panel))


def item_at(tree: nodes.Tree, offset: int) -> nodes.Item | None:
    """The statement that an offset stands in: the last that begins at or before it."""
    at = bisect_right(tree.items, offset, key=lambda item: item.start)
    return tree.items[at - 1] if at else None


def all_settings(tree: nodes.Tree) -> Iterator[nodes.Setting]:
    """The settings of a file, those between the lines of blocks too."""
    for item in tree.items:
        if isinstance(item, nodes.Setting):
            yield item
        elif isinstance(item, nodes.Block):
            for line in item.lines:
                if isinstance(line, nodes.Setting):
                    yield line


def written(variable: Variable) -> str:
    """What a variable inserts, with the mentions in it as they are written."""
    return "".join(part if isinstance(part, str) else part[1] for part in variable.parts)
