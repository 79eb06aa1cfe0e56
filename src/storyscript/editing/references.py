"""All that speaks of one thing, in every file of every story that has to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from storyscript.editing.definition import defined
from storyscript.editing.occurrences import occurrence_at, occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.analysis.files import File
    from storyscript.editing.occurrences import Occurrence, Space
    from storyscript.editing.view import View
    from storyscript.source import SourceFile, Span


class Stories(Protocol):
    """The stories that an editor knows: one file may be part of several, and means in each what that story says.

    All views of one file have the same text of it.
    """

    def views(self, source: SourceFile) -> Sequence[View]:
        """Every story that has a file, by itself or as one that it includes.

        Args:
            source: the file, as any of the views has it.
        """
        ...

    def identity(self, source: SourceFile) -> str:
        """What is the same for a file in whichever view it stands."""
        ...


class Spot(NamedTuple):
    """A place where a name is said: a file's identity, and the offset of the name."""

    file: str
    start: int


class Use(NamedTuple):
    """A name that speaks of what was asked for.

    Attributes:
        file: where, as one of the views has it.
        name: the name there.
    """

    file: File
    name: Occurrence

    @property
    def span(self) -> Span:
        """The name itself."""
        return self.file.span(self.name.start, self.name.end)

    @property
    def written(self) -> str:
        """The name as it is written there."""
        return self.file.source.text[self.name.start : self.name.end]


class Named(NamedTuple):
    """Something with a name.

    Attributes:
        space, key: what it is, and its name in NFC.
        views: every story that speaks of it.
        uses: where its name is said, definitions too; file by file, in the order of their texts.
    """

    space: Space
    key: str
    views: list[View]
    uses: list[Use]

    @property
    def definitions(self) -> list[Use]:
        """Where it gets its name; more than one where two stories share files, and each defines the name itself."""
        return [use for use in self.uses if use.name.defines]


def named(stories: Stories, file: File, offset: int) -> Named | None:
    """What the name at a cursor means, with all that speaks of it; None where there is no name.

    A name that nothing defines is taken for the name of one thing. Of a name that is defined twice in a story the
    second definition is a thing of its own, which nothing there speaks of.

    Args:
        stories: all that there are.
        file: where the cursor is.
        offset: of the cursor.
    """
    name = occurrence_at(occurrences(file), offset)
    return None if name is None else _Search(stories, name).search(file, name)


def references(stories: Stories, file: File, offset: int, *, definitions: bool) -> list[Span]:
    """Every place that speaks of what the name at a cursor means, each once.

    Args:
        stories: all that there are.
        file: where the cursor is.
        offset: of the cursor.
        definitions: whether the places that give it its name are asked for as well.
    """
    found = named(stories, file, offset)
    return [] if found is None else [use.span for use in found.uses if definitions or not use.name.defines]


class _Search:
    """Follows a name from story to story.

    What a story's references mean is what that story defines first. So in each story they belong together; and as
    files are shared, what belongs together in one story may tie together what is apart in another.
    """

    def __init__(self, stories: Stories, name: Occurrence) -> None:
        self._stories: Final = stories
        self._name: Final = (name.space, name.key)
        self._uses: Final[dict[Spot, Use]] = {}
        self._said: Final[dict[str, list[Spot]]] = {}  # by file, so that a file of many stories is walked once
        self._together: Final[dict[View, list[Spot]]] = {}
        self._views_of: Final[dict[str, Sequence[View]]] = {}

    def search(self, file: File, name: Occurrence) -> Named:
        identity = self._stories.identity(file.source)
        self._spots(file, identity)
        found = {Spot(identity, name.start)}
        grown = True
        while grown:
            self._look_around(found)
            before = len(found)
            for spots in self._together.values():
                if not found.isdisjoint(spots):
                    found.update(spots)
            grown = len(found) > before
        space, key = self._name
        order = {identity: number for number, identity in enumerate(self._said)}
        spots = sorted(found, key=lambda spot: (order[spot.file], spot.start))
        views = dict.fromkeys(view for spot in spots for view in self._views_of[spot.file])
        return Named(space, key, list(views), [self._uses[spot] for spot in spots])

    def _look_around(self, found: set[Spot]) -> None:
        """Look at every story that has a file in which something was found."""
        for spot in sorted(found):
            if spot.file in self._views_of:
                continue
            views = self._views_of[spot.file] = self._stories.views(self._uses[spot].file.source)
            for view in views:
                if view not in self._together:
                    self._together[view] = self._belonging(view)

    def _belonging(self, view: View) -> list[Spot]:
        """What a story says of the thing that the name means in it."""
        spots = [spot for file in view.story.files for spot in self._spots(file, self._stories.identity(file.source))]
        space, key = self._name
        first = defined(view, space, key)
        at = None if first is None else Spot(self._stories.identity(first.source), first.start)
        return [spot for spot in spots if not self._uses[spot].name.defines or spot == at]

    def _spots(self, file: File, identity: str) -> list[Spot]:
        """Where a file says the name."""
        spots = self._said.get(identity)
        if spots is None:
            spots = self._said[identity] = []
            for name in occurrences(file):
                if (name.space, name.key) == self._name:
                    spot = Spot(identity, name.start)
                    spots.append(spot)
                    self._uses[spot] = Use(file, name)
        return spots
