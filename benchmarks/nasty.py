"""Inputs that nobody writes and that may not hang the compiler: each of one thing, as long as it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_CAST: Final = "character Mira\n  a woman\ncharacter Tom\n  a man\n"


def _repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit.encode()))


def _column_0(unit: str) -> Callable[[int], str]:
    """The unit again and again from column 0 of the first line."""
    return lambda size: _repeated(unit, size) + "\n"


def _prose(unit: str, *, before: str = "") -> Callable[[int], str]:
    """The unit again and again in a line of a scene that shows one of two characters."""
    return lambda size: f"{_CAST}scene\n  {before}{_repeated(unit, size)}\n"


def _lines(unit: str) -> Callable[[int], str]:
    """Lines below the head of a scene."""
    return lambda size: f"{_CAST}scene\n{_repeated(unit, size)}"


def _story(unit: str) -> Callable[[int], str]:
    """Whole blocks."""
    return lambda size: _CAST + _repeated(unit, size)


def _let(unit: str) -> Callable[[int], str]:
    """Half of the size in a variable, half in its uses: what they insert is bounded, and the work for it too."""
    return lambda size: f"{_CAST}let v = x{_repeated(unit, size // 2)}\nscene\n  {_repeated('{v}', size // 2)}\n"


def _character(head: str, unit: str, below: str, uses: str) -> Callable[[int], str]:
    """Half of the size in what defines a character, half in what uses it."""
    return lambda size: f"{head}{_repeated(unit, size // 2)}\n{below}{_repeated(uses, size // 2)}\n"


def _ignored(size: int) -> str:
    codes = _repeated(" SS404", size // 2)
    return f"{_CAST}scene\n  {_repeated('(nc)', size // 2)} // storyscript: ignore{codes}\n"


def _ignored_above(size: int) -> str:
    ignores = _repeated("// storyscript: ignore SS404\n", size // 2)
    return f"{_CAST}scene\n{ignores}  {_repeated('(nc)', size // 2)}\n"


def _nested_mentions(size: int) -> str:
    doublings = size // len("let v1000 = {v1000}{v1000}\n")
    lets = "".join(f"let v{number} = {{v{number - 1}}}{{v{number - 1}}}\n" for number in range(1, doublings))
    return f"{_CAST}let v0 = @{{Tom}}@{{Tom}}\n{lets}scene\n  {{v{doublings - 1}}}\n"


def _alike(size: int) -> str:
    count = size // 150
    cast = "".join(f"character {'ab' * 29}{number:06}\n  x\n" for number in range(count))
    return cast + "scene\n" + "".join(f"  @{'ba' * 29}{number:06}\n" for number in range(count))


ASKED: Final[dict[str, Callable[[int], str]]] = {
    "a line of words, column 0": _column_0("walks home "),
    "a line of words": _prose("walks home "),
    "blank lines": _column_0("\n"),
    "`|`, column 0": _column_0("|"),
    "`|`": _prose("|"),
    '`{"`': _prose('{"'),
    "`@`": _prose("@"),
    "`//`": _prose("//"),
    "`[N`": _prose("[N"),
    "`- `": _prose("- "),
    "lines ` x`": _lines(" x\n"),
}
"""Those that the targets name."""

FOUND: Final[dict[str, Callable[[int], str]]] = {
    # Lines and their parts.
    "`scene`, spaces, `!`": lambda size: f"scene{' ' * size}!\n",
    "`scene a`, spaces, `!`": lambda size: f"scene a{' ' * size}!\n",
    "`event`, spaces, `!`": lambda size: f"event{' ' * size}!\n",
    "`let a`, spaces, `!`": lambda size: f"let a{' ' * size}!\n",
    "`x`, spaces, `!`": lambda size: f"x{' ' * size}!\n",
    "spaces, `!`": lambda size: f"scene\n{' ' * size}!\n",
    "`caption`, spaces, `!`": lambda size: f"scene\n  caption{' ' * size}!\n",
    "`title:`, spaces, `!`": lambda size: f"title:{' ' * size}!\nscene [NC]\n  x\n",
    "`size: 1`…": lambda size: f"size: {'1' * size}\nscene [NC]\n  x\n",
    "lines `x`, column 0": _column_0("x\n"),
    "lines `scene`": _story("scene\n"),
    "lines `include a`": _story("include a\n"),
    "lines `caption: x`": _lines(" caption: x\n"),
    "lines continuing a caption": lambda size: f"{_CAST}scene\n  x\n caption:\n{_repeated('  x' + chr(10), size)}",
    "comments": _column_0("//\n"),
    "NUL": _prose("\0"),
    # What looks like a comment.
    "`x //x `": _prose("x //x "),
    "`x//x `": _prose("x//x "),
    '`{"x//x `': _prose('{"x//x '),
    '`{"x//x"} `': _prose('{"x//x"} '),
    "ignored codes": _ignored,
    "ignore comments": _ignored_above,
    # Names.
    "`x--`": _prose("x--", before="Tom "),
    "`é--`": _prose("é--", before="Tom "),
    "combining marks": _prose("\u0300\u0327", before="é"),
    "a name of combining marks": lambda size: f"character é{_repeated(chr(0x300) + chr(0x327), size)}\n",
    "`Tom `": _prose("Tom "),
    "names alike": _alike,
    "a long name, and `Tom `": _character("character A", "a", "  x\ncharacter Tom\n  y\nscene\n  ", "Tom "),
    # What is inserted.
    "`@Tom `": _prose("@Tom "),
    "`{v}`": _let("x"),
    "`@{Tom}` in `{v}`": _let("@{Tom}"),
    "`@{Tom}` in nested variables": _nested_mentions,
    "a long description": _character("character Tom\n  ", "a", "scene [NC]\n  x\n", "scene [NC]\n @Tom\n"),
    "a long `as`": _character("character Tom\n  x\n  as: ", "a", "scene [NC]\n  x\n", "scene [NC]\n @Tom\n"),
    "a long `as`, not ASCII": _character("character Tom\n  x\n  as: ", "é", "scene [NC]\n", " x @Tom\n"),
    # Signs.
    "`{`": _prose("{"),
    "`{}`": _prose("{}"),
    '`{"x"}`': _prose('{"x"}'),
    "`(nc)`": _prose("(nc)"),
    "`[nc ` ": _prose("[nc "),
    "`#`": _prose("#"),
}
"""Further ones that went wrong once, or that look as if they might."""
