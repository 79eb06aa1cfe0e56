"""Which service to talk to, and as whom: environment, then the user's own file; never a project's.

Source: command-line page, "Settings".
"""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from storyscript import protocol
from storyscript.errors import ConfigurationError, CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLE: Final = "WIRO_API_KEY"
SECRET_VARIABLE: Final = "WIRO_API_SECRET"  # noqa: S105 - a variable's name
BASE_URL_VARIABLE: Final = "WIRO_BASE_URL"


@dataclass(frozen=True, slots=True)
class Service:
    """A service and an account.

    Attributes:
        base_url: the API's address.
        key, secret: the credentials; no secret means key-only mode. Neither is part of what `repr` shows.
    """

    base_url: str
    key: str = field(repr=False)
    secret: str | None = field(repr=False)


def user_file() -> Path:
    """The user's own file."""
    return Path(platformdirs.user_config_dir("storyscript", appauthor=False)) / "config.toml"


def find_service(environment: Mapping[str, str] = os.environ) -> Service:
    """Look settings and credentials up.

    Raises:
        CredentialsError: there are none, or the file that holds them can be read by others.
        ConfigurationError: the user's file cannot be understood.
    """
    settings = _read_user_file(user_file())
    key = environment.get(KEY_VARIABLE) or settings.get("key")
    if not key:
        raise CredentialsError(
            f"no credentials: set {KEY_VARIABLE} and {SECRET_VARIABLE} to those of your Wiro project, or draw "
            "placeholders without an account with `--offline`"
        )
    if environment.get(KEY_VARIABLE):
        # A key of the environment goes with its secret: one project's key with another's secret signs nothing.
        secret = environment.get(SECRET_VARIABLE)
    else:
        secret = environment.get(SECRET_VARIABLE) or settings.get("secret")
    base_url = environment.get(BASE_URL_VARIABLE) or settings.get("base-url") or protocol.BASE_URL
    if not base_url.isascii():
        raise ConfigurationError(f"the base URL in {BASE_URL_VARIABLE} or the user file holds signs that no URL has")
    return Service(base_url, key.strip(), secret.strip() if secret else None)


def _read_user_file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content: dict[str, Any] = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"cannot read `{path}`: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Without the reason, which may quote a secret.
        raise ConfigurationError(f"`{path}` is no TOML file: mend or delete it") from None
    section = content.get("wiro", {})
    if not isinstance(section, dict) or not all(isinstance(value, str) for value in section.values()):
        raise ConfigurationError(f"`{path}`: the table [wiro] holds `key`, `secret` and `base-url`, each a string")
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077 and section:
        raise CredentialsError(f"`{path}` can be read by others: run `chmod 600 {path}`")
    return section
