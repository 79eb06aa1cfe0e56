"""From checked payloads to a story's panels: their order, names and leads, and the settings that make the payloads so.

Without a plan, the payloads' panels follow each other; with one they stand in the story's order, if the compiler would
make the same payloads of that. Source: language page, "From story to jobs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeGuard

from storyscript.analysis.jobs import identity_of, reordered
from storyscript.decompiler.naming import Names, name_of_character, name_of_panel
from storyscript.decompiler.notes import short
from storyscript.decompiler.parameters import IDENTITY, SURROGATE, is_sayable
from storyscript.encoding import CAPTION_SIGN, NO_CHARACTER_MARK, SEPARATOR, normalize
from storyscript.syntax.names import is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.decompiler.inputs import Input, PlannedPanel
    from storyscript.decompiler.notes import Notes
    from storyscript.decompiler.parameters import Checked

_NOBODY: Final = "a person"
"""The description that stands in for one that is not there."""


@dataclass(slots=True, kw_only=True)
class Panel:
    """A scene or an event to be written.

    Attributes:
        job: the number of its payload.
        kind: `scene` or `event`.
        description: what it shows.
        caption: as in the encoding.
        no_character: marked `[NC]`.
        planned: what a plan says of it.
        name: in the story; None without one.
        names_lead: it needs a `lead:`.
    """

    job: int
    kind: Literal["scene", "event"]
    description: str
    caption: str | None = None
    no_character: bool = False
    planned: PlannedPanel | None = None
    name: str | None = None
    names_lead: bool = False


class Character(NamedTuple):
    """A character to be written.

    Attributes:
        name: given once.
        description: what they look like.
        image: the reference image, or `""`.
    """

    name: str
    description: str
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A story to be written.

    Attributes:
        characters: one for each payload, in order; none where the only one has no description.
        scenes, events: in the story's order.
        identity: the setting; None for `auto`.
        reorder: the setting.
        captionless: `captions: none`.
        local: `lettering: local`.
    """

    characters: list[Character]
    scenes: list[Panel]
    events: list[Panel]
    identity: int | None
    reorder: bool
    captionless: bool
    local: bool


def arrange(given: Input, payloads: Sequence[Checked], notes: Notes) -> Arrangement:
    """Put the panels of payloads into a story's order."""
    jobs = [_panels(number, payload, notes) for number, payload in enumerate(payloads)]
    scenes = [[panel for panel in job if panel.kind == "scene"] for job in jobs]
    events = [[panel for panel in job if panel.kind == "event"] for job in jobs]
    wanted = [int(payload.settings[IDENTITY]) for payload in payloads]
    ordered, identity, reorder = _order(scenes, wanted, alone=given.alone, notes=notes)
    _note_identities(payloads, scenes, identity, wanted, notes=notes, skip=given.alone or reorder)
    descriptions = [
        _description(payload, [] if len(payloads) > 1 else scenes[at] + events[at], notes)
        for at, payload in enumerate(payloads)
    ]
    ordered_events = _in_plan_order(events)
    local = _letters_locally(given, ordered, notes)
    _name_leads(ordered, ordered_events)
    _name_panels([*ordered, *ordered_events])
    return Arrangement(
        characters=_cast(payloads, descriptions),
        scenes=ordered,
        events=ordered_events,
        identity=identity,
        reorder=reorder,
        captionless=not local and _repeats_itself(ordered),
        local=local,
    )


def _panels(number: int, payload: Checked, notes: Notes) -> list[Panel]:
    panels = [
        Panel(job=number, kind="scene", description=s.description, caption=s.caption, no_character=s.no_character)
        for s in payload.scenes
    ]
    panels += [Panel(job=number, kind="event", description=event) for event in payload.events]
    planned = payload.given.panels
    if planned is not None:
        if [plan.kind for plan in planned] == [panel.kind for panel in panels]:
            for panel, plan in zip(panels, planned, strict=True):
                panel.planned = plan
        else:
            notes.add(f"{payload.given.where}the plan's panels are not those of its parameters; they were not used")
    return panels


# ---- order and identity --------------------------------------------------------------------------------------


def _order(
    jobs: list[list[Panel]], wanted: list[int], *, alone: bool, notes: Notes
) -> tuple[list[Panel], int | None, bool]:
    """The scenes in the story's order, `identity` (None for `auto`), and `reorder`."""
    identity = None if alone or _suits(jobs, wanted, reorder=False) else wanted[0]
    plain = [panel for job in jobs for panel in job]
    story = _in_plan_order(jobs)
    if story == plain:
        return plain, identity, False
    if _jobs_in_order(story) == list(range(len(jobs))):
        told = [[panel for panel in story if panel.job == number] for number in range(len(jobs))]
        if told == jobs:
            return story, identity, False
        for number in (None, wanted[0]):
            counts = [identity_of(job, number, reorder=True) for job in told]
            moved = [reordered(job, count) for job, count in zip(told, counts, strict=True)]
            if counts == wanted and moved == jobs:
                return story, number, True
    notes.add("the plan's order would give other payloads; the scenes stand in that of the payloads")
    return plain, identity, False


def _suits(jobs: list[list[Panel]], wanted: list[int], *, reorder: bool) -> bool:
    return [identity_of(job, None, reorder=reorder) for job in jobs] == wanted


def _note_identities(
    payloads: Sequence[Checked],
    jobs: list[list[Panel]],
    identity: int | None,
    wanted: list[int],
    *,
    notes: Notes,
    skip: bool,
) -> None:
    if skip or identity is None:
        return
    for payload, job, number in zip(payloads, jobs, wanted, strict=True):
        if job and number != identity:
            notes.add(
                f"{payload.given.where}`{IDENTITY}` is {number}, but a story has one `identity`, "
                f"which the first payload sets to {identity}"
            )


def _in_plan_order(jobs: list[list[Panel]]) -> list[Panel]:
    """All panels by their numbers in the plan, if all have one and no two the same; else as they are."""
    panels = [panel for job in jobs for panel in job]
    numbers = {panel.planned.number for panel in panels if panel.planned is not None}
    if len(numbers) < len(panels):
        return panels
    return sorted(panels, key=lambda panel: panel.planned.number if panel.planned is not None else 0)


def _jobs_in_order(panels: list[Panel]) -> list[int]:
    return list(dict.fromkeys(panel.job for panel in panels))


# ---- leads ---------------------------------------------------------------------------------------------------


def _description(payload: Checked, panels: list[Panel], notes: Notes) -> str:
    """The description of a payload's character; the only payload of a story may have none where no panel shows one."""
    if payload.description or (panels and all(panel.no_character for panel in panels)):
        return payload.description
    notes.add(f"{payload.given.where}there is no `prompt` to say whom the scenes show; `{_NOBODY}` stands for it")
    return _NOBODY


def _cast(payloads: Sequence[Checked], descriptions: list[str]) -> list[Character]:
    names = Names()
    cast = []
    for payload, description in zip(payloads, descriptions, strict=True):
        lead = payload.given.lead
        if description:
            name = names.take(lead if _is_sayable_name(lead) else name_of_character(description))
            cast.append(Character(name, description, payload.image))
    return cast


def _name_leads(scenes: list[Panel], events: list[Panel]) -> None:
    """Find out which panels would be in another job without a `lead:`; the first payload's character is the main."""
    first = next((at for at, panel in enumerate(scenes) if not panel.no_character), None)
    owner = 0 if first is None else scenes[first].job
    waiting = scenes if first is None else scenes[:first]
    # Marked scenes at the start join the next one with a lead; that must be the one of all of them.
    current = None if all(panel.job == owner for panel in waiting) else -1
    for panel in scenes:
        if not panel.no_character:
            panel.names_lead = panel.job != 0
        elif current is not None:
            panel.names_lead = panel.job != current
        else:
            continue
        current = panel.job
    for panel in events:
        panel.names_lead = panel.job != 0


# ---- names and captions --------------------------------------------------------------------------------------


def _name_panels(panels: list[Panel]) -> None:
    names = Names()
    for panel in panels:
        planned = panel.planned.name if panel.planned is not None else None
        if _is_sayable_name(planned):
            panel.name = names.take(planned)
        elif panel.planned is None:
            name = name_of_panel(panel.description)
            panel.name = None if name is None else names.take(name)


def _is_sayable_name(name: str | None) -> TypeGuard[str]:
    # A lone surrogate counts as a letter where a file's wrong bytes are spoken of.
    return name is not None and is_name(name) and SURROGATE.search(name) is None


def _letters_locally(given: Input, scenes: list[Panel], notes: Notes) -> bool:
    """Whether captions were kept from the service; then their words come from the plan."""
    if given.lettering != "local" or any(panel.caption != "" or panel.planned is None for panel in scenes):
        return False
    for panel in scenes:
        words = panel.planned.words if panel.planned is not None else None
        text = normalize(words or "")
        if text == panel.description and CAPTION_SIGN not in text:
            panel.caption = None
        elif _is_caption(text):
            panel.caption = text
        else:
            notes.add(f"the words `{short(text)}` can be no caption; left out")
    return True


def _is_caption(text: str) -> bool:
    return is_sayable(text) and not any(sign in text for sign in (SEPARATOR, CAPTION_SIGN, NO_CHARACTER_MARK))


def _repeats_itself(scenes: list[Panel]) -> bool:
    """Whether a caption is its scene's own text and none is so by default: `captions: none` says that best."""
    return any(panel.caption == panel.description for panel in scenes) and all(
        panel.caption is not None for panel in scenes
    )
