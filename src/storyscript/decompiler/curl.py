"""Runs in curl commands: which command is one, and what it sends.

Source: the curl manual page, options `--data`, `--data-urlencode`, `--form`, `--json`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus

from storyscript.decompiler.loose_json import load
from storyscript.decompiler.notes import short
from storyscript.decompiler.shell import Command, Word, read_command
from storyscript.errors import ConfigurationError
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.decompiler.notes import Notes

CURL: Final = re.compile(r"(?<![\w./\\-])curl(?:\.exe)?(?=[ \t]|[\\^`]\n)")
_ASSIGNMENT: Final = re.compile(r"(?<![\w$-])[A-Za-z_]\w*=(?=\$?['\"]\s*\{)")
_NOT_RUN: Final = re.compile(r"[ \t]*(?:#+[ \t]*(?:\$[ \t]*)?|(?:echo|printf)[ \t][^|;&\n]*)")
"""What may stand before a command in its line so that no shell runs it: the sign of a comment, or what prints it."""
_RUN: Final = re.compile(r"/Run/([^/?#\s]+)/([^/?#\s]+)")
_MOST_BEFORE: Final = 200
_MOST_LOOKED_AT: Final = 64 * 1024 * 1024
"""Each command without an end costs one look at all that follows; so much is looked at in all."""
_MOST_FIELDS: Final = 10_000
_SCENES: Final = "generalPrompt"

_SHORT_WITH_VALUE: Final = frozenset("AbcCdDeEFHKmoPQrtTuUwxXyYz")
_LONG_WITH_VALUE: Final = frozenset(
    {
        "cacert", "cert", "connect-timeout", "cookie", "cookie-jar", "header", "key", "max-time", "output", "proxy",
        "referer", "request", "resolve", "retry", "retry-delay", "user", "user-agent", "write-out",
    }
)  # fmt: skip
_DATA: Final = frozenset({"d", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"})
_FORM: Final = frozenset({"F", "form", "form-string"})
_FORM_SUFFIX: Final = re.compile(r";\s*(?:type|filename|headers|encoder)=.*\Z", re.DOTALL)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)


class _Request(NamedTuple):
    """What a curl command asks for.

    Attributes:
        address: of the Run, as `(owner, name)` of its tool, or None where the URL is not that of a Run.
        url: as written.
        data: option and value of each piece of its body, in order.
        command: as it was read.
    """

    address: tuple[str, str] | None
    url: str
    data: list[tuple[str, Word]]
    command: Command


def read_runs(text: str, notes: Notes) -> list[dict[str, object]]:
    """The parameters of each Run in a text with curl commands, in order.

    Commands whose URL has `/Run/` in it are Runs; if none has, the only command that sends anything is taken for one,
    since its URL may be a shell's variable.

    Raises:
        ConfigurationError: there is none, or one sends what cannot be read.
    """
    unclosed: list[_Request] = []
    requests = list(_requests(text, unclosed, notes))
    runs = [request for request in requests if request.address is not None]
    if not runs:
        sending = [request for request in requests if request.data and "/Task/" not in request.url]
        if len(sending) != 1:
            for request in unclosed:
                raise ConfigurationError(f"in a curl command, {_slip(text, request.command)}")
            raise ConfigurationError("no curl command here has a URL with `/Run/` in it, so none starts a task")
        runs = sending
    found = []
    for number, request in enumerate(runs, 1):
        where = f"curl command {number}: " if len(runs) > 1 else ""
        if not request.command.closed:
            raise ConfigurationError(f"{where or 'the curl command: '}{_slip(text, request.command)}")
        _check_tool(request, where, notes)
        found.append(_parameters(request, text, where, notes))
    return found


def read_assignments(text: str, notes: Notes) -> list[dict[str, object]]:
    """The payloads that a script keeps in variables (`body='{…}'`) before it sends them, in order."""
    found = []
    at = looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        match = _ASSIGNMENT.search(text, at)
        if match is None:
            break
        if _is_not_run(text, match.start()):
            at = _line_end(text, match.end())
            continue
        command = read_command(text, match.end())
        at = max(command.end, match.end())
        if not command.closed:
            at = match.end()
            looked_at += len(text) - at
        elif command.words and f'"{_SCENES}"' in command.words[0].text:
            value = _load(command.words[0].text, text, command, notes)
            if isinstance(value, dict) and _SCENES in value:
                found.append(value)
    return found


def _requests(text: str, unclosed: list[_Request], notes: Notes) -> Iterator[_Request]:
    """The requests of a text; those that send something and never end, and so have no URL, go into `unclosed`."""
    at = looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        match = CURL.search(text, at)
        if match is None:
            return
        if _is_not_run(text, match.start()):
            end = _line_end(text, match.end())
            if _RUN.search(text, match.end(), end):
                shown = short(text[match.start() : min(end, match.end() + 200)])
                notes.add(f"a command that is in a comment, or only printed, was left out: `{shown}`")
            at = end
            continue
        command = read_command(text, match.end())
        request = _request(command)
        if command.closed:
            at = max(command.end, match.end())
        else:
            # The word in a sentence with an apostrophe, perhaps: what follows may still hold commands.
            looked_at += len(text) - match.end()
            at = match.end()
            if request.address is None:
                if request.data:
                    unclosed.append(request)
                continue
        yield request


def _is_not_run(text: str, start: int) -> bool:
    line = text.rfind("\n", max(0, start - _MOST_BEFORE), start) + 1
    return (line > 0 or start < _MOST_BEFORE) and _NOT_RUN.fullmatch(text, line, start) is not None


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _slip(text: str, command: Command) -> str:
    """What may be wrong with a command's quotes, or `""`; says where, and quotes nothing from it."""
    if command.apostrophe is not None:
        where = _place(text, command.apostrophe)
        return f"the apostrophe in {where} ends the text in `'…'`; within one, write `'\\''` for it"
    if command.unclosed is not None:
        return f"a quote in it is never closed, the one from {_place(text, command.unclosed)} on"
    return ""


def _place(text: str, offset: int) -> str:
    return f"line {text.count(chr(10), 0, offset) + 1}, column {offset - text.rfind(chr(10), 0, offset)}"


def _load(json: str, text: str, command: Command, notes: Notes) -> object:
    """JSON in a command of a text; where it cannot be read, a slip with the quotes around it is the likelier reason."""
    try:
        return load(json, notes)
    except ConfigurationError:
        slip = _slip(text, command)
        if slip:
            raise ConfigurationError(f"what is sent cannot be read: {slip}") from None
        raise


def _request(command: Command) -> _Request:
    urls: list[str] = []
    data: list[tuple[str, Word]] = []
    words = iter(command.words)
    for word in words:
        for option, value in _options(word, words):
            if option in ("", "url"):
                urls.append(value.text)
            elif value.text == "@-" and command.standard_input is not None and option != "form-string":
                data.append((option, command.standard_input))
            elif option in _DATA or option in _FORM:
                data.append((option, value))
    for url in urls:
        match = _RUN.search(url)
        if match is not None:
            return _Request((match[1], match[2]), url, data, command)
    return _Request(None, urls[0] if urls else "", data, command)


def _options(word: Word, words: Iterator[Word]) -> Iterator[tuple[str, Word]]:
    """The options of a word with their values; a word that is no option has the option `""`."""
    text = word.text
    nothing = Word("", open=False)
    if text.startswith("--"):
        name, sign, value = text[2:].partition("=")
        if name in _DATA or name in _FORM or name in _LONG_WITH_VALUE or name == "url":
            yield name, Word(value, word.open) if sign else next(words, nothing)
        return
    if not text.startswith("-") or text == "-":
        yield "", word
        return
    for at, letter in enumerate(text[1:], 1):
        if letter in _SHORT_WITH_VALUE:
            rest = text[at + 1 :]
            yield letter, Word(rest, word.open) if rest else next(words, nothing)
            return


def _check_tool(request: _Request, where: str, notes: Notes) -> None:
    slug = story_diffusion_advanced().slug
    if request.address is not None and "/".join(request.address) != slug:
        notes.add(f"{where}this runs `{short('/'.join(request.address))}`; the story is one for `{slug}`")


def _parameters(request: _Request, text: str, where: str, notes: Notes) -> dict[str, object]:
    if any(word.open for _, word in request.data):
        notes.add(f"{where}a part of what is sent only a shell can work out (`$…`); it was taken as it is written")
    body = _body(request, where)
    if body.lstrip()[:1] in ("{", "["):
        value = _load(body, text, request.command, notes)
        if not isinstance(value, dict):
            raise ConfigurationError(f"{where}the curl command sends a list, not one payload")
        return value
    try:
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise ConfigurationError(f"{where}the curl command sends more fields than a payload can have") from None
    for option, word in request.data:
        if option in _FORM:
            fields += _form_field(option, word.text, where, notes)
    if not fields:
        raise ConfigurationError(f"{where}the curl command sends nothing")
    found: dict[str, object] = {}
    for name, field in fields:
        if name in found:
            notes.add(f"{where}`{short(name)}` is given twice; the last one was taken")
        found[name] = field
    return found


def _body(request: _Request, where: str) -> str:
    """What a command sends but for its form fields: the pieces that curl joins."""
    pieces: list[str] = []
    options = set()
    for option, word in request.data:
        if option in _FORM:
            continue
        options.add(option)
        if option == "data-urlencode":
            name, sign, content = word.text.partition("=")
            pieces.append(f"{name}={quote_plus(content)}" if sign and name else quote_plus(content or name))
        elif word.text.startswith("@") and option != "data-raw":
            raise ConfigurationError(
                f"{where}what the curl command sends is in the file `{short(word.text[1:])}`; import that file"
            )
        else:
            pieces.append(word.text)
    return ("" if options == {"json"} else "&").join(pieces)


def _form_field(option: str, text: str, where: str, notes: Notes) -> Iterator[tuple[str, str]]:
    name, _, value = text.partition("=")
    if option != "form-string":
        if value[:1] in ("@", "<"):
            notes.add(f"{where}`{short(name)}` is a file that is sent along; left out")
            return
        quoted = _QUOTED.match(value)
        value = re.sub(r'\\(["\\])', r"\1", quoted[1]) if quoted else _FORM_SUFFIX.sub("", value)
    yield name, value
