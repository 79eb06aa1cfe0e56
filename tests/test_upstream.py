"""What the service's machine sees of a compiled story is what the IR holds, whichever way that machine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from memory import MemoryReader
from storyscript.compiler import compile as compile_story
from storyscript.targets.payload import payload
from strategies import stories
from upstream import Frame, Reading, read

if TYPE_CHECKING:
    from storyscript.ir import Job, Panel

READINGS = [Reading(trims, splits) for trims in (False, True) for splits in (False, True)]
FILES = MemoryReader({"other.story": "character Ida\n  a sailor, blue coat\nscene\n  rows out\n"})
PRELUDE = (
    "character Mira\n  a woman, red scarf\ncharacter Tom\n  an old man\nlet rain = grey rain\nscene first\n  stands\n"
)


def expected(panel: Panel, job: Job) -> Frame:
    prompt = panel.description if panel.no_character else f"{job.description},{panel.description}"
    caption = panel.description if panel.caption is None else panel.caption
    return Frame(prompt, caption or None, not panel.no_character)


def seen(frame: Frame) -> Frame:
    """A frame with the white space aside that readers which do not trim leave at the ends of its parts."""
    character, comma, rest = frame.prompt.partition(",")
    prompt = f"{character.strip()},{rest.strip()}" if comma else character.strip()
    return Frame(prompt, frame.caption and frame.caption.strip(), frame.character)


def assert_seen_as_meant(job: Job) -> None:
    sent = payload(job)
    for reading in READINGS:
        scenes = read(sent["generalPrompt"], sent["prompt"], reading)
        # A description may hold commas itself: compare behind the one that the machine puts there.
        assert [f.caption and f.caption.strip() for f in scenes] == [expected(p, job).caption for p in job.scenes]
        assert [f.character for f in scenes] == [not p.no_character for p in job.scenes]
        for frame, panel in zip(scenes, job.scenes, strict=True):
            prefix = "" if panel.no_character else f"{job.description},"
            assert frame.prompt.startswith(prefix)
            assert frame.prompt.removeprefix(prefix).strip() == panel.description
        if sent["extraEventPrompts"]:
            events = read(sent["extraEventPrompts"], sent["prompt"], reading)
            assert [f.prompt.removeprefix(f"{job.description},").strip() for f in events] == [
                event.description for event in job.events
            ]
        else:
            assert not job.events


@given(stories)
def test_every_reader_sees_what_was_meant(story: str) -> None:
    for text in (story, PRELUDE + story):
        for job in compile_story(text, reader=FILES).jobs:
            assert_seen_as_meant(job)


@pytest.mark.parametrize(
    "body",
    [
        "scene\n  walks\n",
        "scene\n  walks # home\n  caption: late\n",
        "scene\n  walks #\n  caption: none\n",
        "scene [NC]\n  a lamp\n  caption: none\n",
        "captions: none\nscene\n  walks\n",
        "lettering: local\nscene\n  walks\n  caption: late\n",
        "scene\n  meets @Tom\n",
        "scene\n  a\u2028b\u0085c\u2029d\nevent\n  snow\u2028falls\n",
        "reorder: yes\nscene [NC]\n  a lamp\nscene\n  walks\n",
    ],
)
def test_forms_of_scenes(body: str) -> None:
    result = compile_story(PRELUDE + body)
    assert result.jobs
    for job in result.jobs:
        assert_seen_as_meant(job)
