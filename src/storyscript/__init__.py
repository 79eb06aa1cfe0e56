r"""storyscript: a screenplay-like language for AI comics.

    >>> import storyscript
    >>> result = storyscript.compile("character Mira\n  a young woman\nscene\n  draws at home\n")
    >>> result.payloads[0]["generalPrompt"]
    'draws at home'

Everything here is imported when it is first asked for, so that `import storyscript` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyscript.compiler import Compilation as Compilation
    from storyscript.compiler import compile as compile  # noqa: A004 - as `re.compile`
    from storyscript.decompiler.decompile import Decompilation as Decompilation
    from storyscript.decompiler.decompile import decompile as decompile
    from storyscript.diagnostics.model import Edit as Edit
    from storyscript.diagnostics.model import Fix as Fix
    from storyscript.diagnostics.model import Label as Label
    from storyscript.diagnostics.model import Problem as Problem
    from storyscript.diagnostics.model import Severity as Severity
    from storyscript.encoding import EncodingError as EncodingError
    from storyscript.encoding import Scene as Scene
    from storyscript.encoding import decode as decode
    from storyscript.encoding import decode_events as decode_events
    from storyscript.encoding import encode as encode
    from storyscript.encoding import encode_events as encode_events
    from storyscript.errors import ConfigurationError as ConfigurationError
    from storyscript.errors import CredentialsError as CredentialsError
    from storyscript.errors import DeadlineError as DeadlineError
    from storyscript.errors import DiskError as DiskError
    from storyscript.errors import ExpiredError as ExpiredError
    from storyscript.errors import LimitError as LimitError
    from storyscript.errors import MalformedAnswerError as MalformedAnswerError
    from storyscript.errors import RefusedError as RefusedError
    from storyscript.errors import ServiceError as ServiceError
    from storyscript.errors import StoryError as StoryError
    from storyscript.errors import StoryscriptError as StoryscriptError
    from storyscript.errors import SubmissionUnknownError as SubmissionUnknownError
    from storyscript.errors import TaskFailedError as TaskFailedError
    from storyscript.errors import UnfinishedError as UnfinishedError
    from storyscript.errors import UnreachableError as UnreachableError
    from storyscript.folder import FolderReader as FolderReader
    from storyscript.ir import Job as Job
    from storyscript.ir import Panel as Panel
    from storyscript.ir import Story as Story
    from storyscript.rendering.render import Progress as Progress
    from storyscript.rendering.render import Rendering as Rendering
    from storyscript.sessions import Session as Session
    from storyscript.sessions import offline_session as offline_session
    from storyscript.sessions import online_session as online_session
    from storyscript.sessions import render as render
    from storyscript.sessions import render_sync as render_sync
    from storyscript.source import Located as Located
    from storyscript.source import OutsideRootError as OutsideRootError
    from storyscript.source import Position as Position
    from storyscript.source import Reader as Reader
    from storyscript.source import SourceFile as SourceFile
    from storyscript.source import Span as Span
    from storyscript.syntax.formatter import format as format  # noqa: A004 - as `compile`

_HOMES = {
    "compiler": ("Compilation", "compile"),
    "decompiler.decompile": ("Decompilation", "decompile"),
    "diagnostics.model": ("Edit", "Fix", "Label", "Problem", "Severity"),
    "encoding": ("EncodingError", "Scene", "decode", "decode_events", "encode", "encode_events"),
    "errors": (
        "ConfigurationError",
        "CredentialsError",
        "DeadlineError",
        "DiskError",
        "ExpiredError",
        "LimitError",
        "MalformedAnswerError",
        "RefusedError",
        "ServiceError",
        "StoryError",
        "StoryscriptError",
        "SubmissionUnknownError",
        "TaskFailedError",
        "UnfinishedError",
        "UnreachableError",
    ),
    "folder": ("FolderReader",),
    "ir": ("Job", "Panel", "Story"),
    "rendering.render": ("Progress", "Rendering"),
    "sessions": ("Session", "offline_session", "online_session", "render", "render_sync"),
    "source": ("Located", "OutsideRootError", "Position", "Reader", "SourceFile", "Span"),
    "syntax.formatter": ("format",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = sorted(_HOME)  # noqa: PLE0605 - a test holds it to the names imported above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
