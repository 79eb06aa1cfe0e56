"""A storyboard: the whole story as one HTML page, to read, print or mail.

The page has no script and asks for nothing: its style is in it, pictures come as data. Everything a writer wrote is
escaped by the template, and stands in elements of its own whose direction is its own.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from storyscript.diagnostics.text import count_text, visible
from storyscript.encoding import Scene, encode, encode_events
from storyscript.targets.origins import Origins
from storyscript.targets.templates import environment
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import jinja2

    from storyscript.diagnostics.model import Problem
    from storyscript.ir import Panel, Story
    from storyscript.source import Span

_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ISOLATES: Final = re.compile("([\u2066-\u2069])")
_END_OF_ISOLATE: Final = "\u2069"
_WIDE: Final = 1.25
"""Width to height from which two frames stand side by side on paper, else three."""
_FLATTEST: Final = 3.0
"""Width to height, and height to width, beyond which an empty frame keeps its shape no more."""


_REORDERED: Final = "yes: scenes without their character ([NC]) are sent after those that fix the identity"


class Picture(NamedTuple):
    """A panel as it was drawn.

    Attributes:
        media: its media type.
        data: its bytes.
        width, height: in pixels.
        earlier: it was drawn for an earlier version of the panel.
        placeholder: it was drawn offline.
    """

    media: str
    data: bytes
    width: int
    height: int
    earlier: bool = False
    placeholder: bool = False


class _Note(NamedTuple):
    """A problem as the page shows it."""

    code: str
    severity: str
    message: str
    hint: str | None
    where: str
    more: tuple[str, ...]


class _Card(NamedTuple):
    """A panel as the page shows it.

    Attributes:
        panel: the panel.
        segment: as sent.
        character: what the machine puts before the description; `""` for nothing.
        caption: how its caption came.
        job, place, panels: its job's number, its place in the job, and how many panels the job has.
        fixes_identity: it is one of the scenes that fix the character's identity.
        source: file and line of its head.
        picture: None where it is not drawn.
        address: the picture as a data URI.
        notes: the problems in its lines.
    """

    panel: Panel
    segment: str
    character: str
    caption: Literal["given", "default", "none", "event"]
    job: int
    place: int
    panels: int
    fixes_identity: bool
    source: str
    picture: Picture | None
    address: str
    notes: tuple[_Note, ...]


class _Group(NamedTuple):
    """The cards below one heading; without a title it is the page that words the heading."""

    anchor: str
    title: str | None
    events: bool
    cards: tuple[_Card, ...]


def storyboard(story: Story, problems: Sequence[Problem] = (), pictures: Mapping[int, Picture] | None = None) -> str:
    """The page.

    Args:
        story: without errors.
        problems: its warnings. Each stands with the panel in whose lines it is, the others above all panels.
        pictures: what is drawn, by the panels' numbers.
    """
    pictures = pictures or {}
    origins = Origins(story.panels)
    folder = posixpath.dirname(story.file)
    notes: dict[int | None, list[_Note]] = {}
    for problem in problems:
        notes.setdefault(origins.panel_at(problem.span), []).append(_note(problem, folder))
    groups = _groups(_cards(story, origins, pictures, notes))
    width, height = (_whole(story.jobs[0].settings[key]) for key in ("width", "height"))
    page, style_sheet = _templates()
    style = style_sheet.render(ratio=_ratio(width, height))
    return page.render(
        story=story,
        style=style,
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        file=visible(posixpath.basename(story.file)),
        per_row=2 if width >= _WIDE * height else 3,
        settings=_settings(story),
        cast=[(number, job, _runs([panel.number for panel in job.panels])) for number, job in enumerate(story.jobs, 1)],
        groups=groups,
        elsewhere=notes.get(None, []),
        noted=_runs(sorted(number for number in notes if number is not None)),
        count=count_text(problems) if problems else "",
        drawn=sum(panel.number in pictures for panel in story.panels),
        earlier=sum(picture.earlier for picture in pictures.values()),
        placeholders=any(picture.placeholder for picture in pictures.values()),
        scenes=sum(panel.kind == "scene" for panel in story.panels),
    )


@cache
def _templates() -> tuple[jinja2.Template, jinja2.Template]:
    """The page and its style; compiling them takes longer than filling them."""
    page = environment(html=True)
    page.filters["text"] = _text
    page.filters["line_text"] = _line_text
    return page.get_template("storyboard.html.j2"), environment(html=False).get_template("storyboard.css.j2")


def _cards(
    story: Story, origins: Origins, pictures: Mapping[int, Picture], notes: Mapping[int | None, Sequence[_Note]]
) -> Iterable[_Card]:
    folder = posixpath.dirname(story.file)
    places = {
        panel.number: (number, place, job)
        for number, job in enumerate(story.jobs, 1)
        for place, panel in enumerate(job.panels, 1)
    }
    for panel in story.panels:
        number, place, job = places[panel.number]
        picture = pictures.get(panel.number)
        yield _Card(
            panel=panel,
            segment=_segment(panel),
            character="" if panel.no_character else job.description,
            caption=_caption(panel, origins),
            job=number,
            place=place,
            panels=len(job.panels),
            fixes_identity=panel.kind == "scene" and place <= job.identity and not panel.no_character,
            source=_where(panel.span, folder),
            picture=picture,
            address="" if picture is None else _data_uri(picture),
            notes=tuple(notes.get(panel.number, ())),
        )


def _groups(cards: Iterable[_Card]) -> list[_Group]:
    """Scenes by their section, then the events."""
    runs = groupby(cards, lambda card: (card.panel.kind == "event", card.panel.kind == "scene" and card.panel.section))
    return [
        _Group(f"part-{number}", title or None, events, tuple(members))
        for number, ((events, title), members) in enumerate(runs, 1)
    ]


def _segment(panel: Panel) -> str:
    if panel.kind == "event":
        return encode_events([panel.description])
    return encode([Scene(panel.description, panel.caption, panel.no_character)])


def _caption(panel: Panel, origins: Origins) -> Literal["given", "default", "none", "event"]:
    if panel.kind == "event":
        return "event"
    if not panel.words:
        return "none"
    return "given" if origins.has_caption(panel) else "default"


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in their order, those that follow one another as their first and last."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _settings(story: Story) -> list[tuple[str, str]]:
    """What a reader of the page wants to know of the settings.

    Not the callback: its address may hold a secret, and the page is made to be passed on.
    """
    values = story.jobs[0].settings
    model = str(values["selectedModel"])
    known = story_diffusion_advanced().models.get(model)
    shown: list[tuple[str, Any]] = [
        ("Style", values["styleName"]),
        ("Model", f"{known.label} ({model})" if known else model),
        ("Private model", values["selectedModelPrivate"]),
        ("Size", f"{values['width']} × {values['height']}"),  # noqa: RUF001 - the sign for it
        ("Seed", values["seed"]),
        ("Steps", values["steps"]),
        ("Guidance", values["scale"]),
        ("Lettering", "by the service" if story.lettering == "service" else "local, not sent"),
        ("Reorder", _REORDERED if _is_reordered(story) else ""),
        ("Font size", values["fontSize"] if story.lettering == "service" else ""),
        ("Pad image", values["inputImageUrl"]),
        ("Negative prompt", values["negativePrompt"] or "none"),
    ]
    return [(name, str(value)) for name, value in shown if value != ""]


def _is_reordered(story: Story) -> bool:
    """Whether a job's scenes are sent in another order than the story's, which only `reorder` does."""
    return any(before.number > after.number for job in story.jobs for before, after in pairwise(job.scenes))


def _note(problem: Problem, folder: str) -> _Note:
    return _Note(
        code=problem.code,
        severity=problem.severity.value,
        message=visible(problem.message),
        hint=visible(problem.hint) if problem.hint else None,
        where=_where(problem.span, folder),
        more=tuple([f"{_where(label.span, folder)}: {visible(label.message)}" for label in problem.labels]),
    )


def _where(span: Span, folder: str) -> str:
    return f"{visible(_from(folder, span.source.name))}:{span.first.line}"


def _from(folder: str, name: str) -> str:
    """A file's name as seen from the story's folder: whoever gets the page need not know where that is."""
    above, path = folder.split("/") if folder else [], name.split("/")
    while above and len(path) > 1 and above[0] == path[0]:
        above, path = above[1:], path[1:]
    return name if ".." in above or name.startswith("<") else "/".join([*([".."] * len(above)), *path])


def _text(text: str) -> str:
    """A text as HTML can hold it. The language has no such signs, but names of files may."""
    return _UNWRITABLE.sub(lambda match: visible(match[0]), text)


def _line_text(text: str) -> str:
    """A text that stands in one line with others, isolated; what would end the isolation is shown by a sign."""
    depth = 0
    parts = []
    for part in _ISOLATES.split(_text(text)):
        if part == _END_OF_ISOLATE and not depth:
            parts.append(visible(part))
            continue
        parts.append(part)
        if _ISOLATES.fullmatch(part):
            depth += -1 if part == _END_OF_ISOLATE else 1
    return "".join(parts)


def _data_uri(picture: Picture) -> str:
    return f"data:{picture.media};base64,{base64.b64encode(picture.data).decode()}"


def _ratio(width: int, height: int) -> str:
    return f"{min(max(width / height, 1 / _FLATTEST), _FLATTEST):.4f}"


def _whole(value: str | int) -> int:
    return int(value)
