"""The stories that questions about a name are asked of: not only those of the text, but all that share its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.editing.view import View
    from storyscript.lsp.sight import Sight
    from storyscript.lsp.stories import Story
    from storyscript.source import SourceFile


class KnownStories:
    """All stories of an editor, as `storyscript.editing.references` and `storyscript.editing.renaming` ask for them.

    Args:
        sight: the text from which the question is asked.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight: Final = sight
        self._stories: Final[dict[View, Story]] = {}
        self._identities: Final[dict[SourceFile, str]] = {}

    def views(self, source: SourceFile) -> list[View]:
        """Every story that has a file."""
        stories = self._sight.stories_with(source)
        self._stories.update((story.view, story) for story in stories)
        return [story.view for story in stories]

    def identity(self, source: SourceFile) -> str:
        """The URI of a file."""
        found = self._identities.get(source)
        if found is None:
            found = self._identities[source] = self._sight.uri_of(source) or source.name
        return found

    def analyse(self, view: View, texts: Mapping[SourceFile, str]) -> View:
        """A story analysed once more, with other texts in some of its files."""
        return self._stories[view].with_texts(texts)
