"""Stories that are made up: a few leads, a few panels, some of them twice, some with a local image."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from memory import MemoryReader
from rendering.offline import draw
from storyscript.compiler import compile as compile_story
from storyscript.fake.frames import Frame
from storyscript.targets.payload import payload

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from storyscript.compiler import Compilation

_MOST_STORIES: Final = 4
_MOST_LEADS: Final = 6
_MOST_PANELS: Final = 3
_IMAGES: Final = ("one.png", "two.png")


@dataclass(frozen=True, slots=True)
class Lead:
    """A character, and so a job.

    Attributes:
        prose: what it looks like.
        image: its local reference image, or None.
        panels: the words of each; those that begin with `then` are events.
    """

    prose: str
    image: str | None
    panels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tale:
    """A story.

    Attributes:
        name: of its file and its folder, without endings.
        leads: its characters.
    """

    name: str
    leads: tuple[Lead, ...]

    @property
    def text(self) -> str:
        """As a writer has it."""
        lines = ["reorder: yes"]
        for number, lead in enumerate(self.leads):
            lines += [f"character L{number}", f"  {lead.prose}"]
            lines += [f"  image: {lead.image}"] if lead.image else []
        for number, lead in enumerate(self.leads):
            for words in lead.panels:
                lines += ["event" if _is_event(words) else "scene", f"  lead: L{number}", f"  {words}"]
        return "\n".join(lines) + "\n"

    @property
    def words(self) -> list[str]:
        """What each panel shows, by its number: all scenes come before all events."""
        every = [words for lead in self.leads for words in lead.panels]
        return sorted(every, key=_is_event)

    def compiled(self) -> Compilation:
        """As the compiler has it."""
        return _compiled(self.text, self.name)

    def payloads(self) -> list[dict[str, object]]:
        """What is submitted for it, with `file:PATH` for a local image."""
        story = self.compiled().story
        assert story is not None
        return [payload(job) for job in story.jobs]

    def edited(self, random: Random) -> Tale:
        """The same with another panel in place of one."""
        at = random.randrange(len(self.leads))
        lead = self.leads[at]
        panels = (f"{random.choice(_DEEDS)} {random.randrange(1000)}", *lead.panels[1:])
        return replace(self, leads=(*self.leads[:at], replace(lead, panels=panels), *self.leads[at + 1 :]))


_DEEDS: Final = ("walks", "sits", "waits", "reads")


def draw_tales(random: Random) -> list[Tale]:
    """The stories of a world."""
    tales: list[Tale] = []
    for number in range(random.choice([1, 1, 1, 2, 2, 3, _MOST_STORIES])):
        if tales and random.random() < 0.2:
            tales.append(replace(random.choice(tales), name=f"tale{number}"))
            continue
        leads: list[Lead] = []
        for _ in range(random.choice([1, 1, 2, 2, 2, 3, _MOST_LEADS])):
            leads.append(random.choice(leads) if leads and random.random() < 0.15 else _draw_lead(random))
        tales.append(Tale(f"tale{number}", tuple(leads)))
    return tales


def _is_event(words: str) -> bool:
    return words.startswith("then")


def _draw_lead(random: Random) -> Lead:
    image = random.choice(_IMAGES) if random.random() < 0.2 else None
    prose = f"a person{' img' if image else ''} in coat {random.randrange(1000)}"
    scenes = [f"{random.choice(_DEEDS)} {random.randrange(1000)}" for _ in range(random.randint(1, _MOST_PANELS))]
    events = [f"then {random.choice(_DEEDS)} {random.randrange(1000)}"] if random.random() < 0.2 else []
    return Lead(prose, image, (*scenes, *events))


def put_images(home: Path) -> None:
    """Have the local images in the folder of the stories."""
    home.mkdir()
    for number, name in enumerate(_IMAGES):
        (home / name).write_bytes(draw(_frame(f"image {number}")))


def _frame(description: str) -> Frame:
    return Frame(
        width=1,
        height=1,
        number=1,
        style="",
        character="",
        description=description,
        caption="",
        font_size=1,
        no_character=True,
        seed=0,
    )


@functools.lru_cache(maxsize=256)
def _compiled(text: str, name: str) -> Compilation:
    return compile_story(text, name=f"{name}.story", reader=MemoryReader(dict.fromkeys(_IMAGES, "")))
