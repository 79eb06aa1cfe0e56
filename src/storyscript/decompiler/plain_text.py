"""Text that is neither JSON nor a command: a `generalPrompt` alone, unless it is plainly something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from storyscript.analysis.settings import SETTINGS
from storyscript.decompiler.notes import short
from storyscript.encoding import SEPARATOR
from storyscript.errors import ConfigurationError
from storyscript.syntax import nodes

if TYPE_CHECKING:
    from storyscript.decompiler.notes import Notes

_STATEMENT: Final = re.compile(rf"^(?:(?:{'|'.join(nodes.KEYWORDS)})\b|[\w-]+[ \t]*:)", re.MULTILINE | re.IGNORECASE)
"""Where a line may be a statement of a story; most texts have none, and need not be parsed."""
_SCENES: Final = re.compile(r"\bgeneralPrompt\b")
_HEADS: Final = (nodes.Character, nodes.Scene, nodes.Event)
_STORY_FILE: Final = ".story"


def take(text: str, notes: Notes) -> str:
    """The `generalPrompt` that a text is.

    Args:
        text: not blank; no JSON, and without curl commands.
        notes: takes what it was taken for, since any text could be one.

    Raises:
        ConfigurationError: it is something else: a page, a program, a story.
    """
    if text.lstrip().startswith("<"):
        raise ConfigurationError(
            "this begins with `<`, as pages do, and has no curl command in it; import the payload alone, as JSON"
        )
    if _SCENES.search(text):
        raise ConfigurationError(
            "this has a `generalPrompt` in it, but is neither JSON nor a curl command; import the payload alone, "
            'as JSON: `{"prompt": "…", "generalPrompt": "… | …"}`'
        )
    if _is_story(text):
        raise ConfigurationError("this is a story already; `storyscript check` tells what is wrong with one")
    notes.add(f"taken for a `generalPrompt`: {short(text)}")
    return text


def _is_story(text: str) -> bool:
    """Whether a text has statements of a story: a head with lines below it, or nothing but other statements."""
    if not _STATEMENT.search(text):
        return False
    from storyscript.syntax.parser import parse  # noqa: PLC0415 - Lark is loaded where a text may be a story

    items = parse(text).items
    if any(isinstance(item, _HEADS) and item.lines for item in items):
        return True
    return SEPARATOR not in text and all(map(_is_statement, items)) and any(_is_no_prose(item, text) for item in items)


def _is_statement(item: nodes.Item) -> bool:
    if isinstance(item, nodes.Setting):
        return item.key.lower() in SETTINGS
    return isinstance(item, (nodes.Section, nodes.Include, nodes.Let, *_HEADS))


def _is_no_prose(item: nodes.Item, text: str) -> bool:
    """Whether a statement can hardly be what a panel shows, as `section of a wall` or `scene outside` may be."""
    if isinstance(item, nodes.Include):
        return text[item.value_start : item.end].endswith(_STORY_FILE)
    return isinstance(item, (nodes.Setting, nodes.Let))
