"""The TextMate grammar sees in a story what the language sees in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from editors import colours
from editors.tools import textmate
from storyscript.editing.tokens import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGN = r"invalid\.illegal\.sign$|markup\.underline\.link$"
# `none` is the whole of a caption or a part of it, by what the lines below say.
_NONE = r"^string\.unquoted\.continued( constant\.language)?$"
# A property in the wrong kind of block and a mention in a character's looks are wrong by what stands above them; a
# grammar that looks at lines cannot know that, and a colour of its own for a half-written head helps nobody.
SCOPES: Final = {
    Kind.KEYWORD: r"^(meta\.head )?keyword\.control",
    Kind.SETTING: r"^meta\.setting support\.type\.property-name\.setting$",
    Kind.PROPERTY: r"^support\.type\.property-name\.block$",
    Kind.COLON: r"punctuation\.separator\.key-value$",
    Kind.EQUALS: r"^keyword\.operator\.assignment$",
    Kind.CHARACTER: r"^meta\.head entity\.name\.type\.character$",
    Kind.PANEL: r"^meta\.head entity\.name\.function",
    Kind.VARIABLE: r"^variable\.other\.definition$",
    Kind.TITLE: r"^markup\.heading\.section entity\.name\.section$",
    Kind.MARK: r"^meta\.head storage\.modifier\.no-character$",
    Kind.MENTION: r"entity\.name\.type\.character$|punctuation\.definition\.mention",
    Kind.BRACE: r"punctuation\.definition\.variable",
    Kind.INSERTED: r"variable\.other$",
    Kind.QUOTE: r"punctuation\.definition\.string",
    Kind.LITERAL: r"string\.quoted\.other\.literal$",
    Kind.PROSE: rf"^meta\.prose$|{_SIGN}",
    Kind.STRING: rf"string\.unquoted\.\S+$|{_SIGN}|{_NONE}",
    Kind.ADDRESS: r"string\.unquoted\.(value|path)$|markup\.underline\.link$",
    Kind.WHOLE: r"constant\.numeric$",
    Kind.DECIMAL: r"constant\.numeric$",
    Kind.CONSTANT: rf"constant\.language$|constant\.numeric$|{_NONE}",
    Kind.VALUE: r"^(meta\.setting\S*|invalid\.illegal\.line|)$|string\.unquoted\.value$|markup\.underline\.link$",
    Kind.COMMENT: r"comment\.line\.double-slash",
    Kind.IGNORE: r"comment\.line\.double-slash",
    Kind.WRONG: r"invalid\.illegal|^keyword\.control$|^support\.type\.property-name\.block$|mention",
}


def _matcher(pattern: str) -> Callable[[str], bool]:
    return lambda name: re.search(pattern, name) is not None


def test_every_sign_is_seen_as_what_it_is() -> None:
    stories = colours.stories(mutants=600)
    fits = {kind: _matcher(pattern) for kind, pattern in SCOPES.items()}
    found = []
    for story, lines in zip(stories, textmate([story.text for story in stories]), strict=True):
        seen = [[" ".join(scopes) for text, scopes in line for _ in text] for line in lines]
        found += list(colours.differences(story, seen, fits))
    assert found == []
