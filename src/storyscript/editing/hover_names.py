"""What an editor says of a name: who a character is, what a variable inserts, what a file brings in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.editing.definition import included
from storyscript.editing.hover_panels import counted
from storyscript.editing.markdown import code, fenced, plain
from storyscript.editing.view import all_settings, written
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.analysis.files import File
    from storyscript.analysis.story import Character, Variable
    from storyscript.editing.view import View
    from storyscript.source import Span


def describe_character(view: View, character: Character, file: File) -> str:
    """Who a character is; in Markdown.

    Args:
        view: the story.
        character: of the story.
        file: in which the writer is.
    """
    title = f"**character** {code(character.name)}"
    if character.called != character.name:
        title += f", called {code(character.called)}"
    parts = [title]
    if character.description:
        parts.append(fenced(character.description))
    facts = []
    if character.poisoned:
        facts.append("A line in it, or just below it, has an error")
    if character.image:
        facts.append(f"Reference photo: {code(character.image.removeprefix('file:'))}")
    facts += [_leads(view, character), f"Defined in {_line(character.name_span, file)}"]
    parts.append("\n".join(f"- {fact}" for fact in facts))
    return "\n\n".join(parts)


def describe_variable(variable: Variable, file: File) -> str:
    """What a variable inserts; in Markdown.

    Args:
        variable: what is named.
        file: in which the writer is.
    """
    title = f"**let** {code(variable.name)}"
    text = "Its text has an error" if variable.poisoned else fenced(written(variable))
    return f"{title}\n\n{text}\n\n- Defined in {_line(variable.name_span, file)}"


def describe_include(view: View, node: nodes.Include, file: File) -> str:
    """Which file an include names, and what that brings in; in Markdown.

    Args:
        view: the story.
        node: the include.
        file: in which it stands.
    """
    path = file.source.readable[node.value_start : node.end].strip()
    found = included(view, file, node)
    if found is None or found is view.story.files[0]:  # which is included in a circle
        wrong = next(
            (p for p in view.problems if p.span.source is file.source and p.span.start == node.value_start), None
        )
        return f"{code(path)} is not read" + (f": {plain(wrong.message)} ({wrong.code})" if wrong else " here")
    names = view.story.names
    items = found.tree.items
    listed = []
    for what, named in (("Characters", names.characters), ("Variables", names.all_variables)):
        own = [code(entry.name) for entry in named.values() if entry.file is found]
        if own:
            listed.append(f"- {what}: {', '.join(own)}")
    numbers = [
        (sum(isinstance(item, kind) for item in items), thing)
        for kind, thing in ((nodes.Scene, "scene"), (nodes.Event, "event"), (nodes.Include, "include"))
    ]
    settings = [setting.key for setting in all_settings(found.tree)]
    if settings:
        listed.append(f"- Settings: {', '.join(map(code, settings))}")
    others = ", ".join(counted(numbers))
    if others:
        listed.append(f"- {others}")
    return f"{code(found.source.name)}\n\n" + ("\n".join(listed) or "Nothing is in it")


def _leads(view: View, character: Character) -> str:
    """How many panels show a character as the one they are drawn with."""
    for number, job in enumerate(view.story.jobs, 1):
        if job.lead is character:
            shown = sum(not scene.no_character for scene in job.scenes)
            panels = " and ".join(counted([(shown, "scene"), (len(job.events), "event")])) or "no panel"
            return f"Leads {panels}" + (f", job {number}" if len(view.story.jobs) > 1 else "")
    return "Leads no panel"


def _line(span: Span, file: File) -> str:
    where = f"line {span.first.line}"
    return where if span.source is file.source else f"{code(span.source.name)}, {where}"
