"""The Run parameters of a job, as the service takes them.

Source: language page, "From story to jobs"; API page, "wiro/story-diffusion-advanced".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storyscript.encoding import Scene, encode, encode_events

if TYPE_CHECKING:
    from storyscript.ir import Job

OWN: Final = frozenset({"inputImage2Url", "prompt", "generalPrompt", "extraEventPrompts", "imageLength"})
"""The parameters that each job has of its own; the others are the story's."""


def payload(job: Job) -> dict[str, Any]:
    """All sixteen parameters of a job, in the order of the tool's page, and `callbackUrl` where it is set.

    Values are strings, and whole numbers where the tool takes a number. A local file is `file:PATH`, PATH relative
    to the story.
    """
    return {
        **job.settings,
        "inputImage2Url": job.image,
        "prompt": job.description,
        "generalPrompt": encode(Scene(s.description, s.caption, s.no_character) for s in job.scenes),
        "extraEventPrompts": encode_events(event.description for event in job.events),
        "imageLength": job.identity,
    }
