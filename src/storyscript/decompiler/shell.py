r"""Words of a shell command, read as a shell would and never run.

Quotes (`'…'`, `"…"`, `$'…'`), escapes, lines that go on (`\`, and `^` and a backtick as other shells have it) and here
documents are understood. What only a shell could work out (`$NAME`, `$(…)`) stays as it is written, and its word says
so. Source: POSIX.1-2024, "Shell Command Language", 2.2 and 2.7.4; Bash reference manual, "ANSI-C Quoting".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_BARE: Final = re.compile(r"[^\s'\"\\$`;|&<>()#^]+|[#^]")
# Bounded: an expansion that is never closed is looked for anew behind each `$`.
_EXPANSION: Final = re.compile(r"\$(?:\{[^}\n]{0,500}+\}|\([^)\n]{0,500}+\)|[A-Za-z_]\w*|[0-9?@*#$!])")
_DOUBLE: Final = re.compile(r'[^"\\$`]+')
_ANSI: Final = re.compile(r"[^'\\]+")
_HERE: Final = re.compile(r"<<(-?)[ \t]*(['\"]?)(\w+)\2")
_REDIRECTION: Final = re.compile(r"<<<|[<>]+&?")

_LETTERS: Final = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<bytes>(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3})(?:\\(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3}))*)"
    r"|u(?P<four>[0-9A-Fa-f]{1,4})|U(?P<eight>[0-9A-Fa-f]{1,8})|(?P<letter>[abeEfnrtv])|(?P<sign>['\"?\\]))"
)
_LAST_CODE: Final = 0x10FFFF


class Word(NamedTuple):
    """A word of a command.

    Attributes:
        text: without its quotes.
        open: something in it only a shell could work out.
    """

    text: str
    open: bool


class Command(NamedTuple):
    """A command.

    Attributes:
        words: in order.
        standard_input: what a here document gives it.
        end: where reading stopped.
        unclosed: where the quote or here document begins that never ends, or None.
        apostrophe: where a `'…'` ends first between two letters: an apostrophe of the text in it, perhaps; or None.
    """

    words: list[Word]
    standard_input: Word | None
    end: int
    unclosed: int | None
    apostrophe: int | None

    @property
    def closed(self) -> bool:
        """Whether every quote and here document in it is."""
        return self.unclosed is None


def read_command(text: str, start: int) -> Command:
    """Read the command that begins at an offset; lines end with LF. Never fails."""
    return _CommandReader(text, start).read()


class _CommandReader:
    def __init__(self, text: str, start: int) -> None:
        self.text: Final = text
        self.at = start
        self.closed = True
        self.apostrophe: int | None = None
        self.words: Final[list[Word]] = []
        self._parts: list[str] | None = None  # of the word that is being read
        self._open = False
        self._drop_next = False
        self._here: tuple[int, str, bool, bool] | None = None
        self._begun = start  # where the last quote or here document begins

    def read(self) -> Command:
        text, size = self.text, len(self.text)
        while self.at < size and self.closed:
            sign = text[self.at]
            if sign in " \t":
                self._finish()
                self.at += 1
            elif sign in "\\^`" and text.startswith("\n", self.at + 1):
                self.at += 2
            elif sign == "\n" or sign in ";|&()`" or (sign == "#" and self._parts is None):
                break
            elif sign in "<>":
                self._redirection()
            else:
                self._part(sign)
        self._finish()
        given = self._here_document() if self._here is not None and self.closed else None
        return Command(self.words, given, self.at, None if self.closed else self._begun, self.apostrophe)

    def _part(self, sign: str) -> None:
        """Read the next part of a word."""
        text, at = self.text, self.at
        self._begun = at
        if sign == "'":
            end = text.find("'", at + 1)
            self.closed = end >= 0
            if (
                self.closed
                and self.apostrophe is None
                and text[end - 1].isalpha()
                and text[end + 1 : end + 2].isalpha()
            ):
                self.apostrophe = end
            self._add(text[at + 1 : end] if self.closed else "")
            self.at = end + 1
        elif sign == '"':
            self._double()
        elif sign == "\\":
            self._add(text[at + 1 : at + 2])
            self.at += 2
        elif sign == "$" and text.startswith("'", at + 1):
            self._ansi()
        elif sign == "$" and text.startswith('"', at + 1):
            self.at += 1
        elif sign == "$":
            self._expansion()
        else:
            match = _BARE.match(text, at)
            self._add(match[0] if match else sign)
            self.at = match.end() if match else at + 1

    def _add(self, part: str) -> None:
        if self._parts is None:
            self._parts = []
        self._parts.append(part)

    def _finish(self) -> None:
        if self._parts is not None:
            if not self._drop_next:
                self.words.append(Word("".join(self._parts), self._open))
            self._parts, self._open, self._drop_next = None, False, False

    def _expansion(self) -> None:
        match = _EXPANSION.match(self.text, self.at)
        self._open = self._open or match is not None
        self._add(match[0] if match else "$")
        self.at = match.end() if match else self.at + 1

    def _double(self) -> None:
        text, size = self.text, len(self.text)
        self._add("")
        self.at += 1
        while self.at < size:
            sign = text[self.at]
            if sign == '"':
                self.at += 1
                return
            if sign == "\\":
                after = text[self.at + 1 : self.at + 2]
                if after != "\n":
                    self._add(after if after and after in '"\\$`' else sign + after)
                self.at += 2
            elif sign == "$":
                self._expansion()
            elif sign == "`":
                self._open = True
                self._add(sign)
                self.at += 1
            else:
                match = _DOUBLE.match(text, self.at)
                assert match is not None  # noqa: S101 - for the type checker: all other signs were looked at
                self._add(match[0])
                self.at = match.end()
        self.closed = False

    def _ansi(self) -> None:
        text, size = self.text, len(self.text)
        self.at += 2
        start = self.at
        while self.at < size:
            sign = text[self.at]
            if sign == "'":
                self._add(_unescape(text[start : self.at]))
                self.at += 1
                return
            match = None if sign == "\\" else _ANSI.match(text, self.at)
            self.at = match.end() if match else self.at + 2
        self.closed = False

    def _redirection(self) -> None:
        if self._parts is not None and "".join(self._parts).isdigit():
            self._parts = None  # the number of a stream
        self._finish()
        here = _HERE.match(self.text, self.at)
        if here is not None:
            self._here = (self.at, here[3], bool(here[1]), not here[2])
            self.at = here.end()
            return
        match = _REDIRECTION.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1
        self._drop_next = True

    def _here_document(self) -> Word | None:
        assert self._here is not None  # noqa: S101 - for the type checker: the caller looked
        begun, word, tabs, expands = self._here
        text = self.text
        start = text.find("\n", self.at) + 1
        indent = r"\t*" if tabs else ""
        last = re.compile(rf"^{indent}{word}$", re.MULTILINE).search(text, start)
        if not start or last is None:
            self.closed, self._begun = False, begun
            return None
        self.at = last.end()
        body = text[start : last.start()]
        return Word(body, expands and _EXPANSION.search(body) is not None)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_unescaped, text)
    # `😀` is one character, as the copy function of browsers writes it.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unescaped(match: re.Match[str]) -> str:
    if match["bytes"]:
        codes = match["bytes"].split("\\")
        data = bytes(int(code[1:], 16) if code[0] == "x" else int(code, 8) & 0xFF for code in codes)
        return data.decode("utf-8", "replace")
    if match["letter"]:
        return _LETTERS[match["letter"]]
    if match["sign"]:
        return match["sign"]
    code = int(match["four"] or match["eight"], 16)
    return chr(code) if code <= _LAST_CODE else "\ufffd"
