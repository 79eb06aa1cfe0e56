"""What `check --watch` watches: the stories that are meant, how they were when checked, and what was found."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript.cli.folders import is_folder, meant
from storyscript.cli.ingredients import Ingredients
from storyscript.cli.parts import divide
from storyscript.cli.report import Checked, check_story
from storyscript.cli.stories import in_projects, read_file
from storyscript.cli.trees import SharedTrees
from storyscript.errors import ConfigurationError

if TYPE_CHECKING:
    from storyscript.analysis.files import Trees
    from storyscript.cli.folders import Meant, Named
    from storyscript.cli.projects import Wishes
    from storyscript.cli.stories import StoryFile
    from storyscript.source import SourceFile

QUIET: Final = 100
"""Milliseconds without a further change that end a burst of them: editors save in several steps."""


class _Watched:
    """A story, and what its last check found.

    Args:
        name: as given, or found.
        wishes: what wins over its project file.

    Attributes:
        ingredients: what its last check depended on.
        story: as it was read; None where it could not be.
        checked: what was found; None where it was not checked by itself.
        troubles: why not.
    """

    def __init__(self, name: Named, wishes: Wishes) -> None:
        self._name: Final = name
        self._wishes: Final = wishes
        self.look()

    def look(self) -> None:
        """Read it again, and forget what was found."""
        # They are noted before anything is read, so that no change is missed.
        self.ingredients = Ingredients(Path(self._name.path).absolute(), str(Path(self._name.path)))
        self.story: StoryFile | None = None
        self.checked: Checked | None = None
        self.troubles: list[str] = []
        try:
            [story] = in_projects([read_file(self._name.path)._replace(found=self._name.found)], self._wishes)
        except ConfigurationError as error:
            is_there = Path(self._name.path).exists()
            self.troubles = [str(error) if is_there else f"`{self._name.path}` is gone; it is waited for"]
            return
        self.troubles = [] if story.project is None else story.project.sentences()
        if not self.troubles:
            self.story = story

    def check(self, overrides: SourceFile | None, trees: Trees) -> None:
        """Check it, unless nothing has changed since the last time."""
        if self.checked is None and self.story is not None:
            self.checked = check_story(self.story, overrides, open_folder=self.ingredients.open_folder, trees=trees)


class Watch:
    """All stories that words of the command line stand for, as they are now.

    Args:
        words: as given: files, and folders.
        overrides: settings that win over the stories'.
        wishes: what wins over their project files.

    Attributes:
        parts: those that are checked as parts of others.
    """

    def __init__(self, words: list[str], overrides: SourceFile | None, wishes: Wishes) -> None:
        self._words: Final = words
        self._overrides: Final = overrides
        self._wishes: Final = wishes
        self._stories: dict[Named, _Watched] = {}
        self._update(meant(words))

    @property
    def checked(self) -> list[Checked]:
        """What was found, of each story that was checked by itself."""
        return [story.checked for story in self._stories.values() if story.checked is not None]

    def places(self) -> set[str]:
        """The folders in which something could happen that matters."""
        places = {os.path.realpath(folder) for folder in self._folders}
        return places.union(*(story.ingredients.folders() for story in self._stories.values()))

    @property
    def troubles(self) -> list[str]:
        """Why something was not checked; a project file's mistakes are those of all its stories, and told once."""
        of_stories = [trouble for story in self._stories.values() for trouble in story.troubles]
        return list(dict.fromkeys([*of_stories, *self._meant.troubles, *self._meant.passed_over]))

    @property
    def names(self) -> list[str]:
        """What is watched: folders, stories with all that they are made of, and what their projects say."""
        parts = [story.ingredients for story in self._stories.values()]
        names = [os.path.join(folder, "") for folder in self._folders]  # noqa: PTH118 - a Path drops the slash
        names += [name for part in parts for name in part.names]
        names += [_shown(part.project) for part in parts if part.project is not None]
        return list(dict.fromkeys(names))

    def update(self) -> list[str]:
        """Check again what has changed.

        Returns:
            The names of the files that have, or are new or gone; of the folders where something else has.
        """
        changed: dict[str, None] = {}
        for story in self._stories.values():
            found = story.ingredients.changed()
            if found:
                if any(_is_half_saved(path) for path in found):
                    time.sleep(QUIET / 1000)
                story.look()
                changed.update(dict.fromkeys(map(_shown, found)))
        now = meant(self._words)
        other = {name.path for name in self._meant.names} ^ {name.path for name in now.names}
        if any(_is_half_saved(Path(path)) for path in other):
            time.sleep(QUIET / 1000)
        changed.update((_shown(Path(path).absolute()), None) for path in sorted(other))
        if not changed and now == self._meant:
            return []
        self._update(now)
        return list(changed) or list(self._folders)

    def _update(self, found: Meant) -> None:
        """Take the stories that are there now, and check those that were not yet."""
        self._meant = found
        self._folders = [word for word in self._words if is_folder(word)]
        self._stories = {name: self._stories.get(name) or _Watched(name, self._wishes) for name in found.names}
        readable = {id(one.story): one for one in self._stories.values() if one.story is not None}
        whole, self.parts = divide(
            [one.story for one in readable.values() if one.story is not None],
            lambda story: readable[id(story)].ingredients.open_folder(story.folder),
        )
        trees = SharedTrees()
        for story in whole:
            readable[id(story)].check(self._overrides, trees)
        for story in self.parts:
            readable[id(story)].checked = None


def _is_half_saved(path: Path) -> bool:
    """Whether a file is as it is while an editor puts a new one in its place."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def _shown(path: Path) -> str:
    """A file's name from the working folder, if it is in there."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)
