"""What the pages of `storyscript explain` show, as stories to compile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storyscript.compiler import Compilation, compile_source
from storyscript.folder import FolderReader
from storyscript.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE: Final = re.compile(r"// (\S+\.story)\n")
_AGAIN: Final = re.compile(r"^(.*\n)[ \t]*⋮ ([0-9]+) times\n", re.MULTILINE)
_CONTROLS: Final = {0x2400 + code: code for code in range(0x20)} | {0x2421: 0x7F}


@dataclass(frozen=True, slots=True)
class Example:
    """Files by their name, the story first."""

    files: dict[str, str]

    def compile(self, folder: Path) -> Compilation:
        """Write the files into a folder and compile the first."""
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        name = next(iter(self.files))
        source = SourceFile.from_bytes(name, (folder / name).read_bytes())
        return compile_source(source, reader=FolderReader(folder))


def example(page: str, kind: str) -> Example:
    """The example of a kind, `wrong` or `right`.

    A comment in the first line names the file. `␇` stands for the control character of that picture, and `⋮ 9 times`
    for nine more of the line above it.
    """
    return Example(dict(_files(page, kind)))


def _files(page: str, kind: str) -> Iterator[tuple[str, str]]:
    for what, text in _FENCE.findall(page):
        assert what in ("wrong", "right"), f"a fence of another kind: {what}"
        if what == kind:
            named = _FILE.match(text)
            long = _AGAIN.sub(lambda match: match[1] * (1 + int(match[2])), text)
            yield (named[1] if named else "example.story"), long.translate(_CONTROLS)
