"""What a story means: panels and jobs, with no syntax left in them.

The words are the field's: a *panel* is a scene or an event, a *lead* the character it shows, a *job* one
payload for the service (architecture page, word list).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from storyscript.source import Span

PanelKind = Literal["scene", "event"]


class Panel(NamedTuple):
    """One frame to be drawn.

    Attributes:
        number: from 1, in the story's order: all scenes, then all events.
        kind: a scene, or an event (a further panel after all scenes).
        name: its name in the story, or None.
        section: the title of the section it stands in, or None.
        description: what it shows, as sent.
        caption: as sent: a text, `""` for none, or None for the default (the service uses the description).
        words: the words that belong under the picture, whoever letters them; `""` for none.
        no_character: marked `[NC]`: drawn without its character.
        lead: the character whose job it is in, or None in a story without characters.
        span: its head in the source.
    """

    number: int
    kind: PanelKind
    name: str | None
    section: str | None
    description: str
    caption: str | None
    words: str
    no_character: bool
    lead: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One payload for the service: the panels of one lead.

    Attributes:
        lead: the character's name, or None in a story without characters.
        called: what the story's texts call the character (`as:`, else its name), or None without one.
        description: the character as sent in `prompt`; `""` without a lead.
        image: the reference photo: a URL, `file:PATH` with PATH relative to the story, or `""`.
        scenes: in the payload's order; `Panel.number` leads back to the story's.
        events: in the payload's order.
        identity: how many leading scenes fix the character's identity (`imageLength`).
        settings: the parameters that all jobs of the story share, by the service's names.
    """

    lead: str | None
    called: str | None
    description: str
    image: str
    scenes: tuple[Panel, ...]
    events: tuple[Panel, ...]
    identity: int
    settings: dict[str, str | int]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Scenes, then events: the order in which frames come back."""
        return self.scenes + self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A whole story.

    Attributes:
        file: what messages call its file.
        title: its title, or its file's name.
        author: or `""`.
        lettering: who draws the captions: the service, or we (`local`).
        jobs: in the order of their first scenes.
        panels: all panels of all jobs, in the story's order.
    """

    file: str
    title: str
    author: str
    lettering: Literal["service", "local"]
    jobs: tuple[Job, ...]
    panels: tuple[Panel, ...]
