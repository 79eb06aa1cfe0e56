"""Exit codes (command-line page, "Exit codes")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storyscript import errors

if TYPE_CHECKING:
    from collections.abc import Iterable

DONE: Final = 0
STORY: Final = 1
USE: Final = 2
CREDENTIALS: Final = 3
SERVICE: Final = 4
UNFINISHED: Final = 5
DISK: Final = 6
INTERRUPTED: Final = 130

_CODES: Final = (
    (errors.StoryError, STORY),
    (errors.ConfigurationError, USE),
    (errors.CredentialsError, CREDENTIALS),
    (errors.ServiceError, SERVICE),
    (errors.UnfinishedError, UNFINISHED),
    (errors.DiskError, DISK),
)
# The page's order; what was wrong about one story's use only shows where nothing worse happened.
_ORDER: Final = (INTERRUPTED, CREDENTIALS, DISK, SERVICE, UNFINISHED, STORY, USE)


def code_of(error: errors.StoryscriptError) -> int:
    """The exit code that an error asks for."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), SERVICE)


def worst(codes: Iterable[int]) -> int:
    """The exit code of several stories."""
    found = set(codes)
    return next((code for code in _ORDER if code in found), DONE)
