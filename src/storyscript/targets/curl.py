"""A shell script that runs a story's jobs by hand: for machines where storyscript is not, and for who wants to see.

It is the client's behaviour in bash: each Run is sent once, with its intent on the disk before, and the API page's
rules of signing, terminal statuses and success hold (`rendering/render.py`, `wiro/client.py`).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from storyscript import protocol
from storyscript.diagnostics.text import visible
from storyscript.errors import ConfigurationError
from storyscript.naming import SIGNATURES, panel_stem, story_folder
from storyscript.targets.payload import payload
from storyscript.targets.templates import environment
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.ir import Job, Story

FOLDER: Final = "out-curl"
"""Where scripts save; not where `run` does, which knows nothing of what a script submitted."""
_HASH_DIGITS: Final = 16


def script(story: Story) -> str:
    """What `build --emit curl` prints: a script for bash, curl and openssl.

    Each job's JSON stands in it as `build` prints it, and is sent byte for byte so.

    Raises:
        ConfigurationError: the story names local images, which the script cannot send.
    """
    _refuse_local_images(story)
    folder = f"{FOLDER}/{story_folder(story.file)}"
    tool = story_diffusion_advanced().slug
    template = environment(html=False).get_template("run.sh.j2")
    return template.render(
        # What stands in a comment must not leave it, nor look like what it is not.
        title=visible(story.title),
        about=f"{_count(len(story.panels), 'panel')} in {_count(len(story.jobs), 'task')}",
        tool=tool,
        folder=folder,
        folder_shown=visible(folder),
        jobs=list(_jobs(story)),
        signatures=SIGNATURES,
        base_url=protocol.BASE_URL,
        run_path=f"{protocol.RUN}/{tool}",
        detail_path=protocol.TASK_DETAIL,
    )


def _jobs(story: Story) -> Iterator[dict[str, Any]]:
    """What the template says of each job.

    A record on the disk is found again by what was sent, and by its number among equal jobs: a job that did not change
    keeps it when the story does.
    """
    seen: dict[str, int] = {}
    for job in story.jobs:
        body = json.dumps(payload(job), indent=1, ensure_ascii=False)
        digest = hashlib.sha256(body.encode()).hexdigest()[:_HASH_DIGITS]
        seen[digest] = seen.get(digest, 0) + 1
        yield {
            "who": job.lead or "without a character",
            "who_shown": visible(_summary(job)),
            "hash": f"{digest}-{seen[digest]}",
            "panels": [panel_stem(panel) for panel in job.panels],
            "body": body,
        }


def _summary(job: Job) -> str:
    return (
        f"{job.lead or 'without a character'}: {_count(len(job.scenes), 'scene')}, {_count(len(job.events), 'event')}"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _refuse_local_images(story: Story) -> None:
    for job in story.jobs:
        for image in (job.image, str(job.settings["inputImageUrl"])):
            if image.startswith("file:"):
                raise ConfigurationError(
                    f"build: the story names the local image `{image.removeprefix('file:')}`, which a script of curl "
                    "calls cannot upload: put it on the web and give its URL"
                )
