"""Problems for people to read, in rustc's manner.

error[SS204]: there is already a character named `Mia`
  --> park.story:8:11
   |
 6 | character Mia
   |           --- first defined here
 8 | character Mia
   |           ^^^
   |
   = help: rename one of them
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.diagnostics.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storyscript.diagnostics.model import Problem
    from storyscript.source import SourceFile, Span

_TAB: Final = 8
_WIDEST: Final = 120
"""Cells of a line that are shown; of a longer line, the part around the mistake."""
_BEFORE: Final = 40
"""Cells that are shown before the mistake in a longer line."""

_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_BLUE: Final = "\x1b[1;34m"
_COLOURS: Final = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    sign: str
    text: str
    colour: str


def render_text(problems: Iterable[Problem], *, colour: bool = False) -> str:
    """All problems, a blank line after each; `""` for none.

    Args:
        problems: in the order to show.
        colour: whether to write ANSI colours.
    """
    return "".join(_Page(problem, colour=colour).render() + "\n" for problem in problems)


def count_text(problems: Iterable[Problem]) -> str:
    """How many there are: `2 errors, 1 warning`; `no problems`."""
    counts = dict.fromkeys(Severity, 0)
    for problem in problems:
        counts[problem.severity] += 1
    parts = [f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in counts.items() if count]
    return ", ".join(parts) or "no problems"


def visible(text: str) -> str:
    """A text without anything that moves a terminal's cursor or turns its writing round."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(sign: str) -> str:
    code = ord(sign)
    if code < 0x20:  # noqa: PLR2004 - C0 controls
        return chr(0x2400 + code)
    if code == 0x7F:  # noqa: PLR2004 - DEL
        return "\u2421"
    # C1 controls, lone surrogates, line separators, and the marks that reorder text (bidirectional controls).
    if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    bidi = unicodedata.bidirectional(sign)
    if bidi in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"):
        return "\ufffd"
    return sign


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - only a line that is not ASCII needs its tables

    return cell_len(text)


class _Page:
    """One problem."""

    def __init__(self, problem: Problem, *, colour: bool) -> None:
        self.problem = problem
        self.colour = colour

    def render(self) -> str:
        problem, paint = self.problem, self._paint
        strong = _COLOURS[problem.severity]
        marks = [_Mark(problem.span, "^", "", strong)]
        marks += [_Mark(label.span, "-", label.message, _BLUE) for label in problem.labels]
        gutter = len(str(max(mark.span.first.line for mark in marks)))
        bar = paint(" " * gutter + " |", _BLUE)
        lines = [
            f"{paint(f'{problem.severity}[{problem.code}]', strong)}{paint(f': {visible(problem.message)}', _BOLD)}",
            f"{' ' * gutter}{paint('-->', _BLUE)} {self._place(problem.span)}",
            bar,
        ]
        source = problem.span.source
        for mark in sorted(marks, key=lambda m: (m.span.source is not source, m.span.source.name, m.span.start)):
            if mark.span.source is not source:
                source = mark.span.source
                lines += [f"{' ' * gutter}{paint(':::', _BLUE)} {self._place(mark.span)}", bar]
            number = mark.span.first.line
            shown, before, width = _excerpt(source, mark.span)
            lines.append(f"{paint(f'{number:{gutter}} |', _BLUE)} {shown}".rstrip())
            text = f" {mark.text}" if mark.text else ""
            lines.append(f"{bar} {' ' * before}{paint(mark.sign * width + text, mark.colour)}")
        if problem.hint:
            lines += [
                bar,
                f"{' ' * gutter} {paint('=', _BLUE)} {paint('help', _BOLD)}: {visible(problem.hint)}",
            ]
        return "\n".join(lines) + "\n"

    def _place(self, span: Span) -> str:
        line, column = span.first
        return f"{visible(span.source.name)}:{line}:{column}"

    def _paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_RESET}" if self.colour else text


def _excerpt(source: SourceFile, span: Span) -> tuple[str, int, int]:
    """The span's first line as shown, the cells before the span, and the cells of the span (at least one)."""
    line, column = span.first
    start = source.line_starts[line - 1]
    length = _line_length(source, line)
    end = min(max(span.end - start, column - 1), length)
    # Only a window of a very long line is laid out at all.
    window = max(0, column - 1 - 4 * _WIDEST)
    window_end = min(length, column - 1 + 4 * _WIDEST)
    cells: list[str] = []
    first = last = at = 0
    for number in range(window, window_end):
        if number == column - 1:
            first = len(cells)
        if number == end:
            last = len(cells)
        sign = source.text[start + number]
        cells.append(" " * (_TAB - at % _TAB) if sign == "\t" else _visible(sign))
        at += _cells(cells[-1])
    if column - 1 >= window_end:
        first = len(cells)
    if end >= window_end:
        last = len(cells)
    lead, cut = "", 0
    if window or (at > _WIDEST and _cells("".join(cells[:first])) > _WIDEST // 2):
        cut, width = first, 0
        while cut and width < _BEFORE:
            cut -= 1
            width += _cells(cells[cut])
        lead = "…" if cut or window else ""
    before = _cells(lead + "".join(cells[cut:first]))
    shown, width = lead, _cells(lead)
    tail = cut
    while tail < len(cells) and width < _WIDEST:
        width += _cells(cells[tail])
        tail += 1
    shown += "".join(cells[cut:tail])
    if tail < len(cells) or window_end < length:
        shown += "…"
    marked = _cells("".join(cells[first : min(last, max(tail, first))]))
    return shown, before, max(marked, 1)


def _line_length(source: SourceFile, line: int) -> int:
    starts = source.line_starts
    end = starts[line] - 1 if line < len(starts) else len(source.text)
    return end - starts[line - 1] - (source.text[max(end - 1, 0) : end] == "\r")
