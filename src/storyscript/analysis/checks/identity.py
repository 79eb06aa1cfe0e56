"""`[NC]`, reference images and the identity scenes (SS401, SS402, SS407)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.analysis.jobs import identity_of, reordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyscript.analysis.story import JobText, SettingValue
    from storyscript.diagnostics.sink import Sink


def check_identity_scenes(job: JobText, identity: int | None, sink: Sink) -> None:
    """Report each `[NC]` among the identity scenes that `reorder: yes` would take out of them (SS401)."""
    marked = [scene for scene in job.scenes[: job.identity] if scene.no_character]
    if not marked:
        return
    count = identity_of(job.scenes, identity, reorder=True)
    still = {id(scene) for scene in reordered(job.scenes, count)[:count]}
    for scene in marked:
        if id(scene) not in still:
            first = "first scene fixes" if job.identity == 1 else f"first {job.identity} scenes fix"
            sink.report(
                "SS401",
                scene.head,
                f"`[NC]` among the identity scenes: the {first} what the character looks like",
                hint="`reorder: yes` draws it behind them; pages keep the story's order",
            )


def check_marked_with_image(job: JobText, sink: Sink) -> None:
    """Report each `[NC]` in the job of a character with a reference image (SS402)."""
    if job.lead is None or not job.lead.image:
        return
    for scene in job.scenes:
        if scene.no_character:
            sink.report(
                "SS402",
                scene.head,
                f"`[NC]` together with the reference image of `{job.lead.name}` fails in some versions of the service",
                hint="give the scene another `lead:`, or the character no image",
            )


def check_enough_scenes(jobs: Sequence[JobText], setting: SettingValue, sink: Sink) -> None:
    """Report an `identity` greater than the number of a job's scenes (SS407)."""
    value, in_range = setting.value if isinstance(setting.value, tuple) else (1, False)
    if not in_range:
        return
    for job in jobs:
        if job.scenes and len(job.scenes) < value:
            who = f"of `{job.lead.name}` " if job.lead is not None else ""
            number = f"{len(job.scenes)} scene{'s' if len(job.scenes) > 1 else ''}"
            sink.report(
                "SS407",
                setting.key_span,
                f"`identity` is {value}, but the job {who}has only {number}",
                hint="`identity: auto` suits each job",
            )
            return
