"""What may have been meant by the name of a story that is not there."""

from __future__ import annotations

import contextlib
import os
import re
from itertools import islice
from pathlib import Path
from typing import Final

from storyscript.analysis.near import nearest

_ENDING: Final = ".story"
_PATTERN: Final = re.compile(r"[*?]|\[[^]]+\]")
"""What a shell puts file names in place of, where there are any."""
_PLAIN: Final = re.compile(r"(?:\.{0,2}/)?(?:\w[\w-]*/)*\w[\w-]*(?:\.story)?")
"""Names that `init` takes, and that need no quotes."""
_CODE: Final = re.compile(r"SS[0-9]{1,3}", re.ASCII | re.IGNORECASE)
"""What is no story's name, but comes behind an option for codes."""
_MOST_ENTRIES: Final = 2000
"""Entries of a folder that are looked at."""


def missing_story(path: str) -> str:
    """The message for a file that is not there, with the nearest story in its folder or what makes one."""
    if _PATTERN.search(path):
        return f"no file matches `{path}`"
    said = f"there is no file `{path}`"
    folder, name = os.path.split(path)
    if not Path(folder).is_dir():
        return f"{said}: there is no folder `{folder}`"
    stories = _stories(Path(folder))
    stem = name.removesuffix(_ENDING)
    # Of a name with another ending, the part before that may be the story's.
    near = nearest(stem, stories) or nearest(Path(stem).stem, stories)
    if near is not None:
        return f"{said}; did you mean `{os.path.join(folder, near)}{_ENDING}`?"  # noqa: PTH118 - a Path drops the `./`
    if _CODE.fullmatch(path):
        return f"{said}; codes behind an option have commas between them: `--ignore SS404,SS41`"
    if _PLAIN.fullmatch(path):
        return f"{said}; `storyscript init {path.removesuffix(_ENDING)}` writes a first story of that name"
    return said


def _stories(folder: Path) -> list[str]:
    """The names of the stories in a folder, without their ending."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, _MOST_ENTRIES) if entry.is_file()]
        return sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING))
    return []
