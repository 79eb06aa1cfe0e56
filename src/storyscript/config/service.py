"""Which service to talk to, and as whom: option, environment, project file, the user's own file.

Credentials never come from an option, which others see in the list of processes, nor from a project.

Source: command-line page, "Settings".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from storyscript import protocol
from storyscript.config import addresses, files
from storyscript.errors import ConfigurationError, CredentialsError
from storyscript.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storyscript.config.reading import Loaded

KEY_VARIABLE: Final = "WIRO_API_KEY"
SECRET_VARIABLE: Final = "WIRO_API_SECRET"  # noqa: S105 - a variable's name
BASE_URL_VARIABLE: Final = "WIRO_BASE_URL"
SOCKET_URL_VARIABLE: Final = "WIRO_SOCKET_URL"
DEFAULT: Final = "the default"
OPTION: Final = "the option --base-url"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value, and where it comes from.

    Attributes:
        value: the value.
        source: an option, a variable of the environment, a file, or `DEFAULT`.
    """

    value: T
    source: str


class Variables:
    """The environment's variables of ours, not one of which is shown by `repr`.

    Args:
        environment: all variables; by default those of this process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        names = (KEY_VARIABLE, SECRET_VARIABLE, BASE_URL_VARIABLE, SOCKET_URL_VARIABLE)
        self._values: Final = {name: Hidden(environment.get(name, "").strip()) for name in names}

    def hidden(self, name: str) -> Setting[Hidden] | None:
        """A variable that is a secret; None where it is empty or not set."""
        value = self._values[name]
        return Setting(value, name) if value else None

    def address(self, name: str, read: Callable[[object], str]) -> Setting[str] | None:
        """A variable that is an address; None where it is empty or not set.

        Args:
            name: the variable's.
            read: checks the address, or raises a `ValueError` that says what is wrong.

        Raises:
            ConfigurationError: it is no such address.
        """
        value = self._values[name]
        flaw = _flaw(value, read) if value else None
        if flaw is not None:
            raise ConfigurationError(f"{name} {flaw}")
        return Setting(value.reveal(), name) if value else None


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of the service and the account, before anything is asked for.

    Attributes:
        base_url: the API's address.
        socket_url: its WebSocket's, or None where nobody says: Wiro's own goes with Wiro's own API only.
        key, secret: the credentials; None where there are none.
        user_file: the user's own file, if it is there.
        project_file: the nearest project file, if there is one.
    """

    base_url: Setting[str]
    socket_url: Setting[str] | None
    key: Setting[Hidden] | None
    secret: Setting[Hidden] | None
    user_file: Path | None
    project_file: Path | None


@dataclass(frozen=True, slots=True)
class Service:
    """A service and an account.

    Attributes:
        base_url: the API's address.
        socket_url: its WebSocket's, or None where there is none known.
        key, secret: the credentials; no secret means key-only mode.
    """

    base_url: str
    socket_url: str | None
    key: Hidden
    secret: Hidden | None


def find_service(*folders: Path, environment: Mapping[str, str] | None = None) -> Service:
    """Look settings and credentials up.

    Args:
        folders: of the stories, whose project files count; by default the working folder.
        environment: the environment's variables; by default those of this process.

    Raises:
        CredentialsError: there are none, or the file that holds them can be read by others.
        ConfigurationError: a file is wrong, or the folders' projects name different services.
    """
    variables = Variables(environment)
    del environment  # it holds secrets, and a traceback may show what has a name here
    return service_of(agreed_settings(*folders, variables=variables))


def agreed_settings(*folders: Path, variables: Variables | None = None) -> Settings:
    """The settings of stories that are run together, with credentials or without.

    Args:
        folders: as for `find_service`.
        variables: the environment's; by default those of this process.

    Raises:
        CredentialsError: the user file holds something and can be read by others.
        ConfigurationError: a file is wrong, or the folders' projects name different services.
    """
    variables = variables or Variables()
    found = {folder: read_settings(folder, variables) for folder in folders or (Path(),)}
    settings = next(iter(found.values()))
    for folder, other in found.items():
        if _urls(other) != _urls(settings):
            raise ConfigurationError(
                f"the stories' projects name different services, `{settings.base_url.value}` and, above `{folder}`, "
                f"`{other.base_url.value}`: run them one at a time"
            )
    return settings


def service_of(settings: Settings) -> Service:
    """The service and the account of settings.

    Raises:
        CredentialsError: there are no credentials.
    """
    if settings.key is None:
        raise CredentialsError(
            f"no credentials: run `storyscript login`, or set {KEY_VARIABLE} and {SECRET_VARIABLE} to those of your "
            "Wiro project; `--offline` draws placeholders without an account"
        )
    return Service(
        *_urls(settings),
        settings.key.value,
        None if settings.secret is None else settings.secret.value,
    )


def read_settings(
    folder: Path, variables: Variables | None = None, *, base_url: str | None = None, closed: bool = True
) -> Settings:
    """Read all that says something, and let the first of its kind win.

    Args:
        folder: where the nearest project file is looked for, here or above.
        variables: the environment's; by default those of this process.
        base_url: what an option says.
        closed: refuse a user file that others can read.

    Raises:
        ConfigurationError: a file or a variable is wrong; the message names it.
        CredentialsError: the user file holds something and can be read by others.
    """
    variables = variables or Variables()
    user = files.load_user_file()
    path = files.project_file(folder)
    project = None if path is None else files.load_project_file(path)
    for loaded in (project, user):
        check(loaded)
    if closed and user is not None:
        check_mode(user)
    return _choose(variables, project, user, base_url)


def check(loaded: Loaded | None) -> None:
    """Refuse a file with flaws.

    Raises:
        ConfigurationError: it has one; the message has the first.
    """
    if loaded is not None and loaded.flaws:
        others = len(loaded.flaws) - 1
        more = f" (and {others} more mistake{'s' * (others > 1)})" if others else ""
        raise ConfigurationError(loaded.sentence(loaded.flaws[0]) + more)


def check_mode(loaded: Loaded) -> None:
    """Refuse a file with secrets that others can read.

    Raises:
        CredentialsError: they can.
    """
    if loaded.values.get(files.TABLE) and files.is_open_to_others(loaded):
        raise CredentialsError(f"`{loaded.path}` can be read by others: run `chmod 600 {loaded.path}`")


def _choose(variables: Variables, project: Loaded | None, user: Loaded | None, option: str | None) -> Settings:
    given = None if option is None else Setting(option, OPTION)
    if given is not None and (flaw := _flaw(Hidden(given.value), addresses.read_base_url)) is not None:
        raise ConfigurationError(f"{given.source} {flaw}")
    base_url = (
        given
        or variables.address(BASE_URL_VARIABLE, addresses.read_base_url)
        or _of(project, "base-url")
        or _of(user, "base-url")
        or Setting(protocol.BASE_URL, DEFAULT)
    )
    key = variables.hidden(KEY_VARIABLE)
    secret = variables.hidden(SECRET_VARIABLE)
    if key is None:
        # Only here: a key of the environment goes with its secret, for one project's key with another's secret signs
        # nothing.
        key, secret = _of(user, "key"), secret or _of(user, "secret")
    return Settings(
        base_url,
        _socket_url(variables, project, user, base_url.value),
        key,
        secret,
        None if user is None else user.path,
        None if project is None else project.path,
    )


def _socket_url(
    variables: Variables, project: Loaded | None, user: Loaded | None, base_url: str
) -> Setting[str] | None:
    said = (
        variables.address(SOCKET_URL_VARIABLE, addresses.read_socket_url)
        or _of(project, "socket-url")
        or _of(user, "socket-url")
    )
    # Another service's tasks are not known at Wiro's socket, and their tokens are no business of Wiro's.
    if said is None and base_url.rstrip("/") == protocol.BASE_URL:
        return Setting(protocol.SOCKET_URL, DEFAULT)
    return said


def _flaw(value: Hidden, read: Callable[[object], str]) -> str | None:
    try:
        read(value.reveal())
    except ValueError as error:
        return str(error)
    return None


def _of(loaded: Loaded | None, key: str) -> Setting[Any] | None:
    if loaded is None or key not in loaded.values.get(files.TABLE, {}):
        return None
    return Setting(loaded.values[files.TABLE][key], f"`{loaded.path}`")


def _urls(settings: Settings) -> tuple[str, str | None]:
    return settings.base_url.value, None if settings.socket_url is None else settings.socket_url.value
