"""Semantic tokens: what `storyscript.editing.tokens` finds, under the names for which editors have colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.tokens import Kind, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.editing.tokens import Token
    from storyscript.lsp.sight import Sight

_T = types.SemanticTokenTypes
_M = types.SemanticTokenModifiers
_LOOKS: Final[dict[Kind, tuple[types.SemanticTokenTypes, tuple[types.SemanticTokenModifiers, ...]]]] = {
    Kind.KEYWORD: (_T.Keyword, ()),
    Kind.SETTING: (_T.Property, ()),
    Kind.PROPERTY: (_T.Property, ()),
    Kind.EQUALS: (_T.Operator, ()),
    Kind.CHARACTER: (_T.Class, (_M.Declaration,)),
    Kind.PANEL: (_T.Function, (_M.Declaration,)),
    Kind.VARIABLE: (_T.Variable, (_M.Declaration, _M.Readonly)),
    Kind.TITLE: (_T.Namespace, (_M.Declaration,)),
    Kind.MARK: (_T.Macro, ()),
    Kind.MENTION: (_T.Class, ()),
    Kind.BRACE: (_T.Operator, ()),
    Kind.INSERTED: (_T.Variable, (_M.Readonly,)),
    Kind.QUOTE: (_T.Operator, ()),
    Kind.LITERAL: (_T.String, ()),
    Kind.STRING: (_T.String, ()),
    Kind.ADDRESS: (_T.String, ()),
    Kind.WHOLE: (_T.Number, ()),
    Kind.DECIMAL: (_T.Number, ()),
    Kind.CONSTANT: (_T.EnumMember, ()),
    Kind.COMMENT: (_T.Comment, ()),
    Kind.IGNORE: (_T.Comment, (_M.Documentation,)),
}
"""The type and the modifiers of each kind; prose has the editor's own colour, and what is wrong is underlined."""

_TYPES: Final = list(dict.fromkeys(look for look, _ in _LOOKS.values()))
_MODIFIERS: Final = [_M.Declaration, _M.Readonly, _M.Documentation]
LEGEND: Final = types.SemanticTokensLegend([one.value for one in _TYPES], [one.value for one in _MODIFIERS])
"""What the numbers of tokens stand for."""

_NUMBERS: Final = {
    kind: (_TYPES.index(look), sum(1 << _MODIFIERS.index(modifier) for modifier in modifiers))
    for kind, (look, modifiers) in _LOOKS.items()
}
_BREAK: Final = re.compile(r"[\r\n]")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
_TWO_UNITS: Final = re.compile("[\U00010000-\U0010ffff]")


def answer(sight: Sight, _: types.SemanticTokensParams) -> types.SemanticTokens:
    """The tokens of a text."""
    return types.SemanticTokens(encoded(sight, tokens(sight.source.readable, sight.tree)))


def answer_range(sight: Sight, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """The tokens of a stretch of a text; those of statements that reach into it come whole."""
    start, end = sight.offset(params.range.start), sight.offset(params.range.end)
    return types.SemanticTokens(encoded(sight, tokens(sight.source.readable, sight.tree, start, end)))


def encoded(sight: Sight, found: Iterable[Token]) -> list[int]:
    """Tokens as the protocol has them: each five numbers, places relative to the token before.

    Source: Language Server Protocol, "Semantic Tokens".
    """
    text = sight.source.text
    narrow = text.isascii() or _TWO_UNITS.search(text) is None
    lone_returns = _LONE_RETURN.search(text) is not None  # to an editor, each ends a line
    data: list[int] = []
    line = column = 0  # of the token before
    at, line_end = 0, -1  # its offset, and where its line ends
    for start, end, kind in found:
        numbers = _NUMBERS.get(kind)
        if numbers is None:
            continue
        stop = end
        if lone_returns and (cut := text.find("\r", start, end)) >= 0:
            stop = cut
        if start <= line_end:
            down, along = 0, start - at if narrow else _units(text[at:start])
        elif data and not lone_returns:  # as most lines, so without a look at all positions
            down, begin = text.count("\n", at, start), text.rfind("\n", at, start) + 1
            along = start - begin if narrow else _units(text[begin:start])
            line_end = _line_end(text, start)
        else:
            position = sight.position(start)
            down = position.line - line
            along = position.character if down else position.character - column
            line_end = _line_end(text, start)
        line, column = line + down, along if down else column + along
        at = start
        data += (down, along, stop - start if narrow else _units(text[start:stop]), *numbers)
    return data


def _line_end(text: str, offset: int) -> int:
    """Where an editor's line ends."""
    match = _BREAK.search(text, offset)
    return len(text) if match is None else match.start()


def _units(text: str) -> int:
    return len(text) + len(_TWO_UNITS.findall(text))
