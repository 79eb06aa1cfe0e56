"""Lists on standard output: a table on a terminal, one line of tab-separated values a row anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO


class Column(NamedTuple):
    """A column of a list.

    Attributes:
        title: its head on a terminal.
        wraps: it may take several lines on a narrow terminal, so that the others need not.
    """

    title: str
    wraps: bool = False


def write_list(columns: Sequence[Column], rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    """Write rows, each with a value for each column."""
    if not stream.isatty():
        # No head and no padding, so that `grep`, `cut -f` and `sort` work on it.
        stream.writelines("\t".join(row).rstrip("\t") + "\n" for row in rows)
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.table import Table  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    table = Table(box=None, pad_edge=False, header_style="")
    for column, *values in zip(columns, *rows, strict=True):
        least = None if column.wraps else max(map(len, (column.title, *values)))
        table.add_column(column.title, no_wrap=not column.wraps, overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=stream, highlight=False, emoji=False).print(table)
