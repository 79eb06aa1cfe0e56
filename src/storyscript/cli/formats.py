"""The formats in which `check` writes problems for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storyscript.diagnostics.model import Problem


def _json(problems: Sequence[Problem]) -> str:
    from storyscript.diagnostics.json import render_json  # noqa: PLC0415 - one format is asked for

    return render_json(problems)


def _sarif(problems: Sequence[Problem]) -> str:
    from storyscript import __version__  # noqa: PLC0415 - one format is asked for
    from storyscript.diagnostics.catalog import TITLES  # noqa: PLC0415 - as above
    from storyscript.diagnostics.sarif import render_sarif  # noqa: PLC0415 - as above
    from storyscript.explanations import body  # noqa: PLC0415 - as above

    return render_sarif(problems, version=__version__, pages={code: body(code) for code in TITLES}, placed=_placed)


def _github(problems: Sequence[Problem]) -> str:
    from storyscript.diagnostics.github import render_github  # noqa: PLC0415 - one format is asked for

    return render_github(problems, placed=_placed)


FORMATS: Final[dict[str, Callable[[Sequence[Problem]], str]]] = {"json": _json, "sarif": _sarif, "github": _github}


def _placed(name: str) -> str:
    """A file's path from the working folder if it is in there, its whole path if not; what is no file, as it is."""
    if name.startswith("<") and name.endswith(">"):
        return name
    path = Path(name)
    if ".." in path.parts:
        path = path.resolve()
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()
