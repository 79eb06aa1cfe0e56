"""What a story means, as JSON: the IR, whole and with its places in the source.

The form is kept stable: docs/json.md, docs/schemas/ir.schema.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storyscript.targets.payload import OWN
from storyscript.targets.spans import source_place

if TYPE_CHECKING:
    from storyscript.ir import Job, Panel, Story

VERSION: Final = 1


def meaning(story: Story) -> dict[str, Any]:
    """What `build --emit ir` prints: each panel once; jobs name theirs by number, in the payload's order."""
    return {
        "version": VERSION,
        "file": story.file,
        "title": story.title,
        "author": story.author,
        "lettering": story.lettering,
        "panels": [_panel(panel) for panel in story.panels],
        "jobs": [_job(job) for job in story.jobs],
    }


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "number": panel.number,
        "kind": panel.kind,
        "name": panel.name,
        "section": panel.section,
        "description": panel.description,
        "caption": panel.caption,
        "words": panel.words,
        "noCharacter": panel.no_character,
        "lead": panel.lead,
        "span": source_place(panel.span),
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "lead": job.lead,
        "called": job.called,
        "description": job.description,
        "image": job.image,
        "scenes": [panel.number for panel in job.scenes],
        "events": [panel.number for panel in job.events],
        "identity": job.identity,
        "settings": {name: value for name, value in job.settings.items() if name not in OWN},
    }
