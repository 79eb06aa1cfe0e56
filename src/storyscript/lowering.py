"""From an analysed story to its IR: panels get their numbers, jobs their parameters."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from storyscript.ir import Job, Panel, Story
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from storyscript.analysis.story import JobText, PanelText, SettingValue, StoryText

_PARAMETERS = {
    "model": "selectedModel",
    "private-model": "selectedModelPrivate",
    "pad-image": "inputImageUrl",
    "negative": "negativePrompt",
    "style": "styleName",
    "steps": "steps",
    "font-size": "fontSize",
    "guidance": "scale",
    "seed": "seed",
    "callback": "callbackUrl",
}
"""The parameter that each setting of one value becomes (language page, "Settings")."""


def lower(story: StoryText, file: str) -> Story:
    """Build the IR of a story in which no error was found.

    Args:
        story: as analysed.
        file: what messages call the story's file; its name is the title of a story without `title`.
    """
    local = "lettering" in story.settings and story.settings["lettering"].value == "local"
    leads = {id(panel): job for job in story.jobs for panel in (*job.scenes, *job.events)}
    scenes = [panel for panel in story.panels if panel.kind == "scene"]
    events = [panel for panel in story.panels if panel.kind == "event"]
    panels: dict[int, Panel] = {
        id(panel): _panel(panel, number, leads[id(panel)], local=local)
        for number, panel in enumerate([*scenes, *events], 1)
    }
    settings = _parameters(story.settings)
    jobs = tuple(
        Job(
            lead=job.lead.name if job.lead is not None else None,
            called=job.lead.called if job.lead is not None else None,
            description=job.lead.description if job.lead is not None else "",
            image=job.lead.image if job.lead is not None else "",
            scenes=tuple([panels[id(panel)] for panel in job.scenes]),
            events=tuple([panels[id(panel)] for panel in job.events]),
            identity=job.identity,
            settings=settings,
        )
        for job in story.jobs
    )
    return Story(
        file=file,
        title=story.title or _title_of(file),
        author=story.author,
        lettering="local" if local else "service",
        jobs=jobs,
        panels=tuple(panels.values()),
    )


def _title_of(file: str) -> str:
    name = posixpath.splitext(posixpath.basename(file))[0] or file
    # A file's name may hold bytes that are no text.
    return name.encode("utf-8", "replace").decode()


def _panel(panel: PanelText, number: int, job: JobText, *, local: bool) -> Panel:
    return Panel(
        number=number,
        kind=panel.kind,
        name=panel.name,
        section=panel.section,
        description=panel.description,
        caption="" if local and panel.kind == "scene" else panel.caption,
        words=panel.words,
        no_character=panel.no_character,
        lead=job.lead.name if job.lead is not None else None,
        span=panel.head,
    )


def _parameters(settings: dict[str, SettingValue]) -> dict[str, str | int]:
    """The parameters that all jobs share, in the order of the tool's page."""
    parameters = dict(story_diffusion_advanced().defaults)
    for key, setting in settings.items():
        value = setting.value
        if key == "size" and isinstance(value, tuple):
            parameters["width"], parameters["height"] = value
        elif key in _PARAMETERS and isinstance(value, str | int):
            parameters[_PARAMETERS[key]] = value
    return parameters
