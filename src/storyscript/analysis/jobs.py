"""From panels to jobs: one for each lead.

Source: language page, "From story to jobs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from storyscript.analysis.story import JobText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.analysis.story import Character, PanelText

MOST_IDENTITY: Final = 4
"""The greatest `identity` that `auto` chooses."""


class Markable(Protocol):
    """A scene, as far as its place in a job goes: marked `[NC]` or not."""

    @property
    def no_character(self) -> bool:
        """Whether it is marked."""
        ...


_SceneT = TypeVar("_SceneT", bound=Markable)


def assign_jobs(
    panels: Sequence[PanelText], main: Character | None, *, identity: int | None, reorder: bool
) -> list[JobText]:
    """Group panels by their leads.

    Args:
        panels: in the order of the story.
        main: the lead of panels that name none; None in a story without characters.
        identity: the story's `identity`, or None for `auto`.
        reorder: whether `[NC]` scenes move behind the identity scenes.
    """
    jobs: dict[Character | None, JobText] = {}
    waiting: list[PanelText] = []  # `[NC]` scenes before any scene with a lead
    current: Character | None = None
    begun = False
    events = []
    for panel in panels:
        if panel.kind == "event":
            events.append(panel)
            continue
        if panel.lead is None and panel.no_character:
            if not begun:
                waiting.append(panel)
                continue
        else:
            current, begun = panel.lead or main, True
        job = jobs.get(current)
        if job is None:
            job = jobs[current] = JobText(current)
        job.scenes += waiting
        waiting = []
        job.scenes.append(panel)
    if waiting:
        jobs[main] = JobText(main, waiting)
    for panel in events:
        lead = panel.lead or main
        job = jobs.setdefault(lead, JobText(lead))
        job.events.append(panel)
    for job in jobs.values():
        job.identity = identity_of(job.scenes, identity, reorder=reorder)
        if reorder:
            job.scenes = reordered(job.scenes, job.identity)
    return list(jobs.values())


def identity_of(scenes: Sequence[Markable], identity: int | None, *, reorder: bool) -> int:
    """How many leading scenes fix the character's identity; `auto` (None) looks at the scenes."""
    if identity is not None:
        return identity
    count = 0
    for scene in scenes:
        if not scene.no_character:
            count += 1
            if count == MOST_IDENTITY:
                break
        elif not reorder:
            break
    return max(count, 1)


def reordered(scenes: Sequence[_SceneT], identity: int) -> list[_SceneT]:
    """The scenes with each `[NC]` among the first `identity` moved to just behind them."""
    front: list[_SceneT] = []
    moved: list[_SceneT] = []
    for number, scene in enumerate(scenes):
        if len(front) == identity:
            return front + moved + list(scenes[number:])
        (moved if scene.no_character else front).append(scene)
    return front + moved
