"""Where each panel stands in its job, to be read above its head."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyscript.editing.heads import head_end, panels_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.files import File
    from storyscript.analysis.story import PanelText
    from storyscript.editing.view import Place, View


class Lens(NamedTuple):
    """A line above a head.

    Attributes:
        start, end: the head.
        title: what it says.
    """

    start: int
    end: int
    title: str


def lenses(view: View, file: File) -> Iterator[Lens]:
    """The place of every panel of a file that has one, in the order of the text.

    A place is one in the payload, which is the story's order but for `[NC]` scenes under `reorder: yes`.

    Args:
        view: of a story that the file belongs to.
        file: one of its files.
    """
    for panel in panels_in(view, file, 0, len(file.source.text)):
        place = view.place_of(panel)
        if place is not None:
            yield Lens(panel.block.start, head_end(panel), _title(view, panel, place))


def _title(view: View, panel: PanelText, place: Place) -> str:
    told = [f"{panel.kind} {place.number} of {place.of}"]
    lead = place.job.lead
    if len(view.story.jobs) > 1:
        told.append(f"job {place.job_number}{f': {lead.name}' if lead is not None else ''}")
    elif lead is not None:
        told.append(lead.name)
    return " · ".join(told)
