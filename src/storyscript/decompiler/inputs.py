"""What was given to be imported: payloads as JSON, curl commands, or a `generalPrompt` alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from storyscript.decompiler.curl import CURL, read_assignments, read_runs
from storyscript.decompiler.loose_json import load, load_string
from storyscript.decompiler.notes import Notes, short
from storyscript.decompiler.plain_text import take
from storyscript.encoding import normalize
from storyscript.errors import ConfigurationError

_JSON: Final = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]\"0-9-])")
_BRACE: Final = re.compile(r"\s*(?:\{|\[(?!\s*NC\s*\]))", re.IGNORECASE)
"""What only JSON begins with; a mark for a scene without its character is no list."""
_SCALAR: Final = re.compile(r"\s*(?:true|false|null|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*")
_SCENES: Final = "generalPrompt"
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPanel:
    """What a plan says of a panel that the parameters do not.

    Attributes:
        number: its place in the story.
        kind: `scene` or `event`.
        name, section: as in the story; None where there is none, or where it is no text.
        words: what belongs under the picture, or None where the plan does not say.
    """

    number: int
    kind: str
    name: str | None
    section: str | None
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A payload as it was given.

    Attributes:
        where: begins its notes: `""`, or which of several it is.
        parameters: of any type; numbers are `Decimal`.
        lead: the character's name, from a plan.
        panels: from a plan; None without one.
    """

    where: str
    parameters: dict[str, object]
    lead: str | None = None
    panels: list[PlannedPanel] | None = None


@dataclass(slots=True, kw_only=True)
class Input:
    """What was given.

    Attributes:
        payloads: at least one.
        alone: it was a `generalPrompt` without any other parameter.
        title, author, lettering: from a plan, or `""`.
    """

    payloads: list[Given] = field(default_factory=list)
    alone: bool = False
    title: str = ""
    author: str = ""
    lettering: str = ""


def read_input(text: str, notes: Notes) -> Input:
    """Find out what a text holds.

    Raises:
        ConfigurationError: nothing, or nothing that can be read.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not normalize(text):
        raise ConfigurationError("there is nothing here to import")
    string = load_string(text)
    if string is not None:
        return read_input(string, notes)
    if _JSON.match(text):
        return _from_json(load(text, notes), notes)
    if CURL.search(text) or f'"{_SCENES}"' in text:
        return Input(payloads=_several(_from_page(text, notes)))
    if _BRACE.match(text):
        return _from_json(load(text, notes), notes)
    if _SCALAR.fullmatch(text):
        raise ConfigurationError(f"this is the JSON value `{short(text)}` alone, and no payload")
    return Input(payloads=[Given(where="", parameters={_SCENES: take(text, notes)})], alone=True)


def _from_page(text: str, notes: Notes) -> list[dict[str, object]]:
    """The payloads in a page or a script: what its Runs send, else what it keeps to be sent."""
    failure = None
    of_runs = Notes()
    try:
        runs = read_runs(text, of_runs)
    except ConfigurationError as error:
        runs, failure = [], error
    if not any("generalPrompt" in run for run in runs):
        kept = read_assignments(text, notes)
        if kept:
            return kept
    if failure is not None:
        if CURL.search(text):
            raise failure
        raise ConfigurationError(
            "this has a `generalPrompt` in it, but is neither JSON nor a curl command; import the `{…}` alone"
        )
    notes.take(of_runs)
    return runs


def _several(payloads: list[dict[str, object]]) -> list[Given]:
    if len(payloads) == 1:
        return [Given(where="", parameters=payloads[0])]
    return [Given(where=f"payload {number}: ", parameters=one) for number, one in enumerate(payloads, 1)]


def _from_json(value: object, notes: Notes) -> Input:
    if isinstance(value, dict):
        jobs, tasks = value.get("jobs"), value.get("tasklist")
        if isinstance(jobs, list):
            return _from_plan(value, jobs, notes)
        if isinstance(tasks, list):
            return _from_tasks(tasks, notes)
        return Input(payloads=_several([value]))
    assert isinstance(value, list)  # noqa: S101 - for the type checker: the text began with a brace or a bracket
    payloads = []
    for number, one in enumerate(value, 1):
        if isinstance(one, dict):
            payloads.append(one)
        else:
            notes.add(f"entry {number} of the list is no payload; left out")
    if not payloads:
        raise ConfigurationError("this list holds no payload")
    return Input(payloads=_several(payloads))


# ---- tasks, as the service answers `/Task/Detail` ------------------------------------------------------------


def _from_tasks(tasks: list[object], notes: Notes) -> Input:
    payloads = []
    for number, task in enumerate(tasks, 1):
        parameters = task.get("parameters") if isinstance(task, dict) else None
        if isinstance(parameters, str) and _BRACE.match(parameters):
            parameters = load(parameters, notes)
        if isinstance(parameters, dict) and _SCENES in parameters:
            payloads.append(Given(where=f"task {number}: " if len(tasks) > 1 else "", parameters=parameters))
        else:
            notes.add(f"task {number} of the answer has no `{_SCENES}` in its `parameters`; left out")
    if not payloads:
        raise ConfigurationError(f"this is an answer of the service, and no task in it has a `{_SCENES}`")
    return Input(payloads=payloads)


# ---- a plan, as `build --emit jobs` prints it ----------------------------------------------------------------


def _from_plan(plan: dict[str, object], jobs: list[object], notes: Notes) -> Input:
    payloads = []
    for number, job in enumerate(jobs, 1):
        where = f"job {number}: " if len(jobs) > 1 else ""
        parameters = job.get("parameters") if isinstance(job, dict) else None
        if not isinstance(job, dict) or not isinstance(parameters, dict):
            notes.add(f"job {number} of the plan has no parameters; left out")
            continue
        lead = job.get("lead")
        payloads.append(
            Given(
                where=where,
                parameters=parameters,
                lead=lead if isinstance(lead, str) else None,
                panels=_panels(job.get("panels"), where, notes),
            )
        )
    if not payloads:
        if any(isinstance(job, dict) and "settings" in job for job in jobs):
            raise ConfigurationError(
                "this is the IR, as `build --emit ir` prints it, and not what is sent; "
                "import what `build --emit jobs` prints"
            )
        raise ConfigurationError("this plan holds no job")
    return Input(
        payloads=payloads,
        title=_text(plan.get("title")) or "",
        author=_text(plan.get("author")) or "",
        lettering=_text(plan.get("lettering")) or "",
    )


def _panels(value: object, where: str, notes: Notes) -> list[PlannedPanel] | None:
    if not isinstance(value, list):
        return None
    panels = []
    for panel in value:
        number = panel.get("number") if isinstance(panel, dict) else None
        kind = panel.get("kind") if isinstance(panel, dict) else None
        if not (
            isinstance(panel, dict)
            and isinstance(number, Decimal)
            and number.is_finite()
            and 0 <= number.adjusted() < _MOST_DIGITS
            and number == int(number)
            and isinstance(kind, str)
        ):
            notes.add(f"{where}the plan's list of panels cannot be read; names and order are not taken from it")
            return None
        panels.append(
            PlannedPanel(
                number=int(number),
                kind=kind,
                name=_text(panel.get("name")),
                section=_text(panel.get("section")),
                words=_text(panel.get("words")),
            )
        )
    return panels


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
