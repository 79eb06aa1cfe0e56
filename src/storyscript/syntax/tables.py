"""The parse tables of the grammar, kept as JSON: to make them anew takes Lark three times as long as its import.

`tables.json` stands for one text of the grammar and one version of Lark. For any other, `load` gives None, and the
grammar itself is read; so the grammar stays the one source of truth, and whoever edits it sees what it does at once.
`make tables` writes them anew.
"""

from __future__ import annotations

import json
import pkgutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

if TYPE_CHECKING:
    from storyscript.syntax.lexer import LineLexer

FILE_NAME: Final = "tables.json"


def load(grammar: str, *, lexer: type[LineLexer], transformer: object) -> Lark | None:
    """A parser from the tables, or None where they are not those of this grammar.

    Args:
        grammar: the grammar's text.
        lexer: makes the tokens.
        transformer: what each rule builds.
    """
    data = pkgutil.get_data(__package__, FILE_NAME) if __package__ else None
    tables: Any = json.loads(data or b"{}", object_hook=_with_numbers)
    if tables.get("key") != _key(grammar):
        return None
    # Lark loads a dict as it loads a file, and takes from it what no file can hold.
    tables["data"]["options"].update(lexer=lexer, transformer=transformer)
    tables["data"]["parser"]["lexer_conf"]["lexer_type"] = lexer
    return Lark.load(tables)


def dump(grammar: str, parser: Lark) -> str:
    """The text of `tables.json` for a parser that Lark made of the grammar."""
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"].update(lexer=None, transformer=None)
    data["parser"]["lexer_conf"]["lexer_type"] = None
    return json.dumps({"key": _key(grammar), "data": data, "memo": memo}, separators=(",", ":")) + "\n"


def _key(grammar: str) -> str:
    return sha256(f"{lark.__version__}\n{grammar}".encode()).hexdigest()


def _with_numbers(pairs: dict[str, Any]) -> dict[int | str, Any]:
    """JSON turns numbers that are keys into strings; here no string is one of digits alone."""
    return {int(key) if key.isdigit() else key: value for key, value in pairs.items()}
