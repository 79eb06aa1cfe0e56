"""Where what a name means is defined, and where else a file speaks of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from storyscript.editing.occurrences import Space, occurrence_at, occurrences
from storyscript.editing.view import item_at
from storyscript.syntax import nodes
from storyscript.syntax.names import fold

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.editing.occurrences import Occurrence
    from storyscript.editing.view import View
    from storyscript.source import Span


def definition(view: View, file: File, offset: int) -> Span | None:
    """The name in its head, for a cursor at a name; the start of a file, for one in the path of an `include`.

    Where a name is defined twice, all that use it mean the first, so the first is the answer at the second as well.

    Args:
        view: the story.
        file: of the story.
        offset: of the cursor.
    """
    name = occurrence_at(occurrences(file), offset)
    if name is not None:
        return defined(view, name.space, name.key)
    item = item_at(file.tree, offset)
    if isinstance(item, nodes.Include) and item.value_start <= offset <= item.end:
        other = included(view, file, item)
        return None if other is None else other.span(0, 0)
    return None


def defined(view: View, space: Space, key: str) -> Span | None:
    """Where a story defines a name first, which is what the name means in it.

    Args:
        view: the story.
        space: what it is the name of.
        key: the name in NFC.
    """
    if space is Space.PANEL:
        for panel in view.story.panels:
            name = panel.block.name
            if name is not None and fold(name) == key:
                return panel.file.span(panel.block.name_start, panel.block.name_start + len(name))
        return None
    names = view.story.names
    found = names.characters.get(key) if space is Space.CHARACTER else names.all_variables.get(key)
    return None if found is None else found.name_span


def included(view: View, file: File, include: nodes.Include) -> File | None:
    """The file that an `include` leads to; None where there is none that the story could read."""
    own = view.story.files[0]
    path = file.source.readable[include.value_start : include.end].strip()
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), path))
    if wanted == posixpath.basename(own.source.name):
        return own
    return next((other for other in view.story.files if other.path == wanted), None)


def highlights(view: View, file: File, offset: int) -> list[Occurrence]:
    """Every place in a file that speaks of what a name at the cursor means.

    Args:
        view: the story.
        file: of the story.
        offset: of the cursor.
    """
    names = occurrences(file)
    name = occurrence_at(names, offset)
    if name is None:
        return []
    first = defined(view, name.space, name.key)

    def is_another(other: Occurrence) -> bool:
        """Whether it gives the name to something else than what the name means."""
        return other.defines and first is not None and (first.source, first.start) != (file.source, other.start)

    if is_another(name):
        return [name]
    return [other for other in names if (other.space, other.key) == (name.space, name.key) and not is_another(other)]
