"""`storyscript doctor`.

Looks at everything that a run stands on, and changes and pays nothing. One thing that is wrong does not keep it from
looking at the others.
"""

from __future__ import annotations

import asyncio
import platform
import re
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storyscript import __version__, protocol
from storyscript.cli import exits
from storyscript.cli.findings import Finding, Status, code_of_findings, findings_json, render_findings
from storyscript.cli.terminal import shows_colour
from storyscript.config import files
from storyscript.config.project import NOT_OURS, load_project
from storyscript.config.service import KEY_VARIABLE, SECRET_VARIABLE, Setting, read_settings
from storyscript.diagnostics.model import Severity
from storyscript.errors import (
    ConfigurationError,
    CredentialsError,
    LimitError,
    StoryscriptError,
)
from storyscript.tool.schema import Difference, compare, describe, known_parameters
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from storyscript.config.reading import Loaded
    from storyscript.config.service import Settings
    from storyscript.wiro import ToolDetail

EXAMPLES: Final = {
    "storyscript doctor": "everything that a run needs",
    "storyscript doctor --offline": "this machine only",
}

_TIMEOUT: Final = 5.0
"""Seconds for each step of a request, which is sent once: a doctor who keeps you waiting is asked by nobody."""
_REQUIRED: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?!.*\bextra *==)")
_SHOWN: Final = 60
"""Characters of each of the service's words that are shown."""
_NOBODY: Final = "no-credentials"
"""The key where there is none. Its refusal shows that the service is there, and of a tool it may tell anybody."""

OK, WARNING, ERROR, SKIPPED = Status


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("--offline", action="store_true", help="look at this machine only")
    parser.add_argument("--strict", action="store_true", help="take differences of the tool for errors")
    parser.add_argument("--base-url", metavar="URL", help="the service to ask (default: the one that a run would use)")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people (default) or for programs"
    )


def run(arguments: argparse.Namespace) -> int:
    """Look at settings, credentials, the service and its tool."""
    findings = [*_program(), *_files(Path())]
    differences: list[Difference] = []
    try:
        settings = read_settings(Path(), base_url=arguments.base_url, closed=False)
    except StoryscriptError as error:
        # What is wrong with a file has its finding already.
        if all(finding.status is OK for finding in findings):
            findings.append(_error("settings", error))
        findings.append(Finding("service", SKIPPED, "not asked: the settings are not usable"))
    else:
        asked = _Examination(settings, findings)
        asked.look_at_settings()
        if arguments.offline:
            asked.add("service", SKIPPED, "not asked (--offline)")
        elif asked.client is None:
            asked.add("service", SKIPPED, "not asked: the settings are not usable")
        else:
            asyncio.run(asked.ask(strict=arguments.strict))
            differences = asked.differences
    code = code_of_findings(findings)
    if arguments.format == "json":
        more = {"differences": [_difference(difference) for difference in differences], "exitCode": code}
        sys.stdout.write(findings_json(findings, more))
    else:
        sys.stdout.write(render_findings(findings, colour=shows_colour(sys.stdout)))
    return code


def _program() -> Iterator[Finding]:
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("storyscript", OK, f"{__version__}, {system}")
    versions, missing = [], []
    for required in filter(None, map(_REQUIRED.match, sorted(metadata.requires("storyscript") or ()))):
        try:
            versions.append(f"{required['name']} {metadata.version(required['name'])}")
        except metadata.PackageNotFoundError:
            missing.append(required["name"])
    yield Finding("libraries", OK, ", ".join(versions))
    if missing:
        yield Finding("libraries", ERROR, f"not installed: {', '.join(missing)}; install storyscript anew", exits.USE)


def _files(folder: Path) -> Iterator[Finding]:
    yield from _file("user file", files.user_file(), files.load_user_file())
    path = files.project_file(folder)
    if path is None:
        yield Finding("project file", OK, f"no `{files.PROJECT_FILE}` here or above")
    else:
        yield from _file("project file", path, files.load_project_file(path))
        yield from _stories(path, folder)


def _stories(path: Path, folder: Path) -> Iterator[Finding]:
    """What the project file says of stories, so far as that is wrong in itself."""
    project = load_project(folder)
    if project.settings == () and any(flaw.message == NOT_OURS for flaw in project.flaws):
        yield Finding("project file", ERROR, f"`{path}`: {NOT_OURS}", exits.USE)
    for problem in project.choice.of(project.problems()):
        status = ERROR if problem.severity is Severity.ERROR else WARNING
        hint = f"; {problem.hint}" if problem.hint else ""
        message = f"`{path}`, line {problem.span.first.line}: {problem.message}{hint}"
        yield Finding("project file", status, message, exits.USE if status is ERROR else exits.DONE)


def _file(subject: str, path: Path, loaded: Loaded | None) -> Iterator[Finding]:
    if loaded is None:
        yield Finding(subject, OK, f"none at `{path}`")
        return
    for flaw in loaded.flaws:
        yield Finding(subject, ERROR, loaded.sentence(flaw), exits.USE)
    if subject == "user file" and loaded.values.get(files.TABLE) and files.is_open_to_others(loaded):
        yield Finding(subject, ERROR, f"`{path}` can be read by others: run `chmod 600 {path}`", exits.CREDENTIALS)
    elif not loaded.flaws:
        tables = sorted(loaded.values.items(), key=lambda table: table[0] != files.TABLE)
        named = [f"[{table}] " * (table != files.TABLE) + ", ".join(sorted(keys)) for table, keys in tables if keys]
        holds = f"holds {'; '.join(named) or 'nothing'}"
        yield Finding(subject, OK, f"`{path}` {holds}")


def _error(subject: str, error: StoryscriptError) -> Finding:
    return Finding(subject, ERROR, str(error), exits.code_of(error))


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "parameter": difference.parameter,
        "change": str(difference.change),
        "here": list(difference.here),
        "there": list(difference.there),
    }


class _Examination:
    """The service, as these settings lead to it.

    Args:
        settings: where it is, and who asks.
        findings: get what is found.

    Attributes:
        client: asks the service; None where the settings do not allow that.
        differences: what the service's tool states otherwise, fit to be shown.
    """

    def __init__(self, settings: Settings, findings: list[Finding]) -> None:
        self._settings: Final = settings
        self._findings: Final = findings
        self._has_credentials = False
        self.client: WiroClient | None = None
        self.differences: list[Difference] = []

    def add(self, subject: str, status: Status, message: str) -> None:
        self._findings.append(Finding(subject, status, message))

    def look_at_settings(self) -> None:
        credentials = self._credentials()
        try:
            self.client = WiroClient(
                credentials or Credentials(_NOBODY), base_url=self._settings.base_url.value, timeout=_TIMEOUT
            )
        except ConfigurationError as error:
            # The address itself is not shown here: it may hold a password.
            message = f"{error} (from {self._settings.base_url.source})"
            self._findings.append(Finding("base URL", ERROR, message, exits.USE))
        else:
            self.add("base URL", OK, _sourced(self._settings.base_url))
        socket = self._settings.socket_url
        self.add("socket URL", OK, "none known for this service" if socket is None else _sourced(socket))

    def _credentials(self) -> Credentials | None:
        key, secret = self._settings.key, self._settings.secret
        if key is None:
            message = f"none: run `storyscript login`, or set {KEY_VARIABLE}"
            self._findings.append(Finding("credentials", ERROR, message, exits.CREDENTIALS))
            return None
        try:
            credentials = Credentials(key.value, None if secret is None else secret.value)
        except CredentialsError as error:
            self._findings.append(_error("credentials", error))
            return None
        self._has_credentials = True
        signed = f"API secret from {secret.source}" if secret is not None else "no API secret (key-only mode)"
        told = f"API key from {key.source}, {signed}"
        if secret is None or (key.source == KEY_VARIABLE) == (secret.source == SECRET_VARIABLE):
            self.add("credentials", OK, told)
        else:
            self.add("credentials", WARNING, f"{told}: one project's key with another's secret signs nothing")
        return credentials

    async def ask(self, *, strict: bool) -> None:
        """Ask the service, one question after the other."""
        assert self.client is not None  # noqa: S101 - for the type checker: the caller looked
        async with self.client as client:
            if await self._is_there(client):
                await self._look_at_tool(client, strict=strict)

    async def _is_there(self, client: WiroClient) -> bool:
        begin = time.monotonic()
        refused: CredentialsError | None = None
        try:
            await client.verify(attempts=1)
        except CredentialsError as error:
            refused = error
        except LimitError as error:
            self.add("service", WARNING, "answers, but takes no more requests for now")
            self._findings.append(_error("account", error))
            return False
        except StoryscriptError as error:
            self._findings.append(_error("service", error))
            self.add("tool", SKIPPED, "not compared: the service was not understood or not reached")
            return False
        self.add("service", OK, f"answers within {time.monotonic() - begin:.1f} s")
        if not self._has_credentials:
            self.add("account", SKIPPED, "not tried: there are no credentials")
        elif refused is None:
            self.add("account", OK, "the service accepts the credentials")
        else:
            self._findings.append(_error("account", refused))
        return True

    async def _look_at_tool(self, client: WiroClient, *, strict: bool) -> None:
        owner, _, project = protocol.TOOL.partition("/")
        try:
            tool = await client.tool_detail(owner, project, attempts=1)
        except CredentialsError as error:
            self.add("tool", SKIPPED, "not compared: the service tells it only to accounts")
            if all(finding.code != exits.CREDENTIALS for finding in self._findings):
                self._findings.append(_error("account", error))
            return
        except StoryscriptError as error:
            self._findings.append(_error("tool", error))
            return
        self._compare(client, tool, strict=strict)
        self._price(client, tool)

    def _compare(self, client: WiroClient, tool: ToolDetail, *, strict: bool) -> None:
        stated = tool.schema_of_parameters()
        if stated is None:
            self._differ("the service states no parameters, so nothing can be compared", strict=strict)
            return

        def show(text: str) -> str:
            return client.redact(text, limit=_SHOWN)

        found = compare(known_parameters(), stated)
        for difference in found:
            self._differ(describe(difference, show), strict=strict)
        self.differences = [
            difference._replace(
                parameter=show(difference.parameter),
                here=tuple(difference.here),
                there=tuple(map(show, difference.there)),
            )
            for difference in found
        ]
        if not found:
            self.add("tool", OK, f"{protocol.TOOL}: {len(stated)} parameters, all as storyscript knows them")

    def _differ(self, message: str, *, strict: bool) -> None:
        finding = Finding("tool", ERROR if strict else WARNING, f"{protocol.TOOL}: {message}", exits.SERVICE)
        self._findings.append(finding)

    def _price(self, client: WiroClient, tool: ToolDetail) -> None:
        stated = tool.price_statement()
        if stated is None:
            self.add("price", OK, "unknown: the service states none")
        else:
            words, field = stated
            self.add("price", OK, f"{client.redact(words)} (the service's `{field}`)")


def _sourced(setting: Setting[str]) -> str:
    return f"{setting.value} (from {setting.source})"
