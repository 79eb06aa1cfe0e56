"""The whole plan of a story: each job's parameters, and which panel stands behind each segment of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyscript.encoding import Scene, encode, encode_events
from storyscript.targets.payload import payload
from storyscript.targets.spans import source_place
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from storyscript.ir import Panel, Story


def plan(story: Story) -> dict[str, Any]:
    """What `build --emit jobs` prints.

    `order` maps the payload's order to the story's: the number of the panel that each frame is.
    """
    return {
        "title": story.title,
        "author": story.author,
        "lettering": story.lettering,
        "jobs": [
            {
                "tool": story_diffusion_advanced().slug,
                "lead": job.lead,
                "parameters": payload(job),
                "panels": [_panel(panel) for panel in job.panels],
                "order": [panel.number for panel in job.panels],
            }
            for job in story.jobs
        ],
    }


def _panel(panel: Panel) -> dict[str, Any]:
    if panel.kind == "scene":
        segment = encode([Scene(panel.description, panel.caption, panel.no_character)])
    else:
        segment = encode_events([panel.description])
    return {
        "number": panel.number,
        "kind": panel.kind,
        "name": panel.name,
        "section": panel.section,
        "segment": segment,
        "words": panel.words,
        "noCharacter": panel.no_character,
        "source": source_place(panel.span),
    }
