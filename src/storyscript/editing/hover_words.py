"""What an editor says of a word of the language: what it does, what it takes, and what it becomes.

Source: language page, "Statements" and "Settings".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript import explanations
from storyscript.diagnostics.catalog import TITLES, severity
from storyscript.editing.markdown import code, plain
from storyscript.tool import story_diffusion_advanced
from storyscript.vocabulary import (
    KEYWORD_MEANINGS,
    MARK,
    MARK_SAYS,
    PROPERTY_MEANINGS,
    SETTING_MEANINGS,
    choices,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.analysis.files import File
    from storyscript.editing.view import View
    from storyscript.syntax import nodes
    from storyscript.vocabulary import SettingWord


def describe_keyword(keyword: str) -> str:
    """What a statement does; in Markdown."""
    word = KEYWORD_MEANINGS[keyword]
    return f"{code(word.form)}\n\n{word.says}"


def describe_property(name: str) -> str:
    """What a property does; in Markdown."""
    word = PROPERTY_MEANINGS[name]
    return f"{code(word.form)}\n\n{word.says}"


def describe_mark() -> str:
    """What `[NC]` does; in Markdown."""
    return f"{code(MARK)}\n\n{MARK_SAYS}"


def describe_code(name: str) -> str:
    """What a code of a problem means; in Markdown."""
    title = f"**{name}**, {severity(name)}: {TITLES[name]}"
    first = explanations.body(name).partition("\n\n")[0]
    return title if first.endswith(":") else f"{title}\n\n{first}"


def describe_setting(view: View, file: File, node: nodes.Setting) -> str:
    """What a setting does, and what its value here comes to; in Markdown.

    Args:
        view: the story.
        file: in which it stands.
        node: the setting, of a key that is known.
    """
    key = node.key.lower()
    word = SETTING_MEANINGS[key]
    facts = [*_facts(word, view.defaults.get(key)), *_here(view, file, node)]
    listed = "\n".join(f"- {fact}" for fact in facts)
    value = describe_value(key, file.source.readable[node.value_start : node.end])
    return f"**{word.name}**\n\n{word.says}\n\n{listed}" + (f"\n\n{value}" if value else "")


def describe_value(key: str, value: str) -> str:
    """What a value means that a setting may be chosen; in Markdown, `""` where nothing more is known of it.

    Args:
        key: of the setting, in lower case.
        value: as written.
    """
    tool = story_diffusion_advanced()
    wanted = " ".join(value.split()).lower()
    chosen = next((choice for choice in choices(key) if wanted in choice.forms), None)
    if chosen is None:
        return ""
    if key == "model":
        model = tool.models[chosen.value]
        text = f"**{plain(model.label)}**, model {code(model.id)}\n\n{plain(model.description)}"
        if model.trigger_words:
            text += f"\n\nKnows the trigger words {', '.join(map(code, model.trigger_words))}"
        return text.rstrip()
    if key == "style":
        words = tool.style_tokens[chosen.value]
        return (
            f"**{plain(chosen.value)}**\n\nIts own words take {words.before} tokens before a prompt"
            f" and {words.behind} behind it"
        )
    return ""


def _facts(word: SettingWord, of_project: str | None) -> Iterator[str]:
    """What a setting takes and becomes, and what holds without it: what the project says, else the default."""
    yield f"Takes {plain(word.takes)}"
    parameters = word.parameter.split(", ") if word.parameter else []
    if parameters:
        yield f"Sent as {', '.join(map(code, parameters))}"
    tool = story_diffusion_advanced()
    default = word.default or str(tool.defaults.get(word.parameter, ""))
    if of_project is not None:
        yield f"By default {code(of_project)}, as the project says"
    elif default:
        yield f"By default {code(default)}"
    known = tool.ranges.get(parameters[0]) if parameters else None
    if known is not None:
        step = f", in steps of {known.step}" if known.step > 1 else ""
        yield f"Known to work from {known.least:g} to {known.most:.10g}{step}"


def _here(view: View, file: File, node: nodes.Setting) -> list[str]:
    """Which value holds for the story."""
    holding = view.story.settings.get(node.key.lower())
    if holding is None:
        return []
    span = holding.key_span
    if span.source is file.source and span.start == node.start:
        return []
    value = code(holding.span.source.readable[holding.span.start : holding.span.end])
    return [f"In this story {value} holds, from {code(span.source.name)}, line {span.first.line}"]
