"""The two files that settings come from: the user's own, and a project's.

Source: command-line page, "Settings".
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

import platformdirs

from storyscript.config import addresses
from storyscript.config.codes import read_codes
from storyscript.config.defaults import DEFAULT_KEYS
from storyscript.config.reading import Flaw, Keys, Loaded, load, switch, text
from storyscript.hidden import Hidden

PROJECT_FILE: Final = "storyscript.toml"
TABLE: Final = "wiro"
CHECK: Final = "check"
STORY: Final = "story"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def _credential(value: object) -> Hidden:
    return Hidden(text(value))


_CREDENTIAL: Final = re.compile(r"(?:wiro[-_ ]?)?(?:api[-_ ]?)?(?:key|secret)", re.ASCII | re.IGNORECASE)
"""What somebody may call credentials. They are looked for, so that the advice is not another spelling."""
_NOT_HERE: Final = (
    "must not stand in a project file, which is made to be passed on: `storyscript login` keeps credentials in your "
    "own user file (or set WIRO_API_KEY and WIRO_API_SECRET); if others have seen it, make a new one at Wiro"
)


def why_refused(key: str) -> str | None:
    """Why a key must not stand in a project file, in whatever table; None where it is no credential."""
    return _NOT_HERE if _CREDENTIAL.fullmatch(key) else None


USER_KEYS: Final[Keys] = {
    TABLE: {
        "key": _credential,
        "secret": _credential,
        "base-url": addresses.read_base_url,
        "socket-url": addresses.read_socket_url,
    }
}
"""What the user file may hold."""

PROJECT_KEYS: Final[Keys] = {
    CHECK: {"select": read_codes, "ignore": read_codes, "strict": switch},
    STORY: DEFAULT_KEYS,
    TABLE: {
        "base-url": addresses.read_projects_base_url,
        "socket-url": addresses.read_projects_socket_url,
    },
}
"""What a project file may hold, of what is not refused (`why_refused`)."""


def user_file() -> Path:
    """The user's own file."""
    return Path(platformdirs.user_config_dir("storyscript", appauthor=False)) / "config.toml"


def project_file(folder: Path) -> Path | None:
    """The nearest project file, in a folder or above it; None where there is none."""
    try:
        start = Path(os.path.realpath(folder))
    except OSError:  # the working folder is gone
        return None
    # `os.path.isfile` is False also where a folder must not be looked into.
    places = (place / PROJECT_FILE for place in (start, *start.parents))
    return next((path for path in places if os.path.isfile(path)), None)  # noqa: PTH113 - see above


def load_user_file() -> Loaded | None:
    """What the user file holds; None where there is none."""
    return load(user_file(), USER_KEYS)


def is_open_to_others(loaded: Loaded) -> bool:
    """Others than its owner can read or change a file."""
    return os.name == "posix" and bool(stat.S_IMODE(loaded.mode) & _OTHERS)


def load_project_file(path: Path) -> Loaded | None:
    """What a project file holds; None where there is none any more."""
    loaded = load(path, PROJECT_KEYS, why_refused)
    if loaded is None or not loaded.values.get(TABLE) or is_trusted_owner(loaded.owner):
        return loaded
    # In a folder such as /tmp anybody could leave one for everybody below, and listen on this machine.
    flaw = f"the table [{TABLE}] is not followed, because the file belongs to another user: delete it, or make it yours"
    return loaded._replace(values={}, flaws=(*loaded.flaws, Flaw(flaw)))


def is_trusted_owner(owner: int) -> bool:
    """A file of this user may say where credentials are sent."""
    return os.name != "posix" or owner in {0, os.getuid()}
