"""Renaming a character, a variable, a scene or an event wherever a story speaks of it.

What is renamed are names, not words: `Mira` in a text without `@` stays as it is. Where a character has no `as:`,
texts call it by its name, so what is sent changes with it; all else is sent as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from storyscript.diagnostics.model import Edit
from storyscript.editing.occurrences import Space, occurrence_at, occurrences
from storyscript.editing.references import Stories, named
from storyscript.editing.trial import Change, first_fault
from storyscript.syntax.names import NAME_RULE, fold, is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyscript.analysis.files import File
    from storyscript.editing.occurrences import Occurrence
    from storyscript.editing.references import Named
    from storyscript.editing.view import View
    from storyscript.source import SourceFile

_MOST_SHOWN: Final = 60
_ONE: Final = {Space.CHARACTER: "a character", Space.VARIABLE: "a variable", Space.PANEL: "a scene or event"}


class ChangeableStories(Stories, Protocol):
    """The stories that an editor knows, of which it can be asked what they would be with other texts."""

    def analyse(self, view: View, texts: Mapping[SourceFile, str]) -> View:
        """A story analysed once more, with other texts in some of its files.

        Args:
            view: the story.
            texts: by the files that the view has; as `SourceFile.text`, so without a mark of UTF-8.
        """
        ...


class CannotRenameError(Exception):
    """A name cannot be changed, or not into that one; the message says why, for the writer."""


def renameable(stories: Stories, file: File, offset: int) -> Occurrence | None:
    """The name at a cursor, if there is one.

    Args:
        stories: all that there are.
        file: where the cursor is.
        offset: of the cursor.

    Raises:
        CannotRenameError: nothing defines the name.
    """
    found = named(stories, file, offset)
    if found is None:
        return None
    _check_defined(found)
    return occurrence_at(occurrences(file), offset)


def rename(stories: ChangeableStories, file: File, offset: int, new: str) -> dict[SourceFile, list[Edit]]:
    """What to change so that the name at a cursor becomes another one, in all files of all stories.

    Args:
        stories: all that there are.
        file: where the cursor is.
        offset: of the cursor.
        new: the name to give.

    Returns:
        The edits of each file, in the order of its text; of each file as one of the views has it. None where the name
        is written like that already.

    Raises:
        CannotRenameError: there is no name at the cursor, or nothing defines it; `new` is no name, or has a meaning
            already in one of the stories; or the change would bring an error into one of them.
    """
    found = named(stories, file, offset)
    if found is None:
        raise CannotRenameError("there is no name here: characters, variables, scenes and events have one")
    _check_defined(found)
    new = new.strip()
    # A lone surrogate stands for a byte that is no UTF-8: a name that is there may hold one, a new one need not.
    if not is_name(new) or any("\ud800" <= sign <= "\udfff" for sign in new):
        raise CannotRenameError(f"`{_short(new)}` is no name: {NAME_RULE}" if new else NAME_RULE)
    _check_free(found, new)
    edits: dict[SourceFile, list[Edit]] = {}
    for use in found.uses:
        if use.written != new:
            edits.setdefault(use.file.source, []).append(Edit(use.span, new))
    _try(stories, found, edits, fold(new))
    return edits


def _check_defined(found: Named) -> None:
    if not found.definitions:
        written = _short(found.uses[0].written)
        raise CannotRenameError(f"nothing defines {_ONE[found.space]} `{written}`, so there is nothing to rename")


def _check_free(found: Named, new: str) -> None:
    """The new name must mean nothing yet, whether something has it or something unknown is called by it."""
    key = fold(new)
    if key == found.key:
        return
    for view in found.views:
        for file in view.story.files:
            for other in occurrences(file):
                if other.space is found.space and other.key == key:
                    where = f"{file.source.name}, line {file.source.position(other.start).line}"
                    if other.defines:
                        raise CannotRenameError(f"there is already {_ONE[found.space]} named `{_short(new)}`: {where}")
                    raise CannotRenameError(
                        f"`{_short(new)}` is spoken of, though nothing defines it, and would then mean "
                        f"`{_short(found.uses[0].written)}`: {where}"
                    )


def _try(stories: ChangeableStories, found: Named, edits: Mapping[SourceFile, list[Edit]], key: str) -> None:
    """Make the change in each story that it concerns, and see what comes of it."""
    by_identity = {stories.identity(source): made for source, made in edits.items()}
    for view in found.views:
        change = Change({}, key)
        for file in view.story.files:
            made = by_identity.get(stories.identity(file.source))
            if made is not None:
                change.edits[file.source] = made
        if change.edits:
            fault = first_fault(view, stories.analyse(view, change.texts()), change)
            if fault is not None:
                old, new = _short(found.uses[0].written), edits[next(iter(edits))][0].text
                raise CannotRenameError(f"with `{old}` renamed `{_short(new)}`, {fault}")


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
