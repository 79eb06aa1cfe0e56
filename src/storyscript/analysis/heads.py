"""Lines at column 0 that fit no form: what is wrong with each, and what to write (SS101, SS102)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from storyscript.analysis.checks.structure import is_almost_a_head
from storyscript.analysis.first_words import keyword_near, property_meant, setting_near, variable_meant
from storyscript.analysis.settings import SETTINGS
from storyscript.syntax import nodes
from storyscript.syntax.names import NAME_RULE, is_name

EXAMPLES: Final = {
    "character": "`character Mira`",
    "scene": "`scene`, `scene attic` or `scene lamp [NC]`",
    "event": "`event` or `event storm`",
    "section": "`section Act One`",
    "let": "`let rain = grey rain`",
    "include": "`include cast.story`",
}
"""What statements look like. No form such as `scene [NAME]`: its brackets would be taken for a part of the line."""

_COLON: Final = re.compile(r"[ \t]*[:：][ \t:：]*")
_MARK: Final = re.compile(
    r"[\[({]+[ \t]*(?ai:n[ \t]*\.?[ \t]*c)[ \t]*\.?[ \t]*[\])}]+"
    r"|[\[({]+[ \t]*(?ai:n\.?c)(?=\.?(?:[ \t:：]|\Z))|(?<![^ \t])(?ai:n\.?c\.?)[ \t]*[\])}]+|(?<=[ \t])NC(?=[ \t]*\Z)"
)
_HALF_MARKS: Final = {"[NC": "]", "NC]": "["}
"""What is left of the mark without one of its brackets, and that bracket."""
_NUMBER: Final = re.compile(r"(?P<number>[#№]?[0-9]+)[.)]?(?:[ \t–—-]+(?P<more>.*))?")  # noqa: RUF001 - dashes of people
_BRACKETS: Final = "[](){}<>"
_QUOTES: Final = "\"'“”„‘’«»`"  # noqa: RUF001 - what word processors make of quotes
_MOST_WORDS: Final = 4
"""Words that may be a name with spaces in it; more are what the panel shows."""
_SIGN: Final = re.compile(r"(?P<sign>#+|--+|;+|/\*+|\*+/|<!--|[-*+>•]+)[ \t]*(?P<word>\w*)(?P<rest>.*)", re.DOTALL)
_OTHER_COMMENTS: Final = ("#", "--", ";", "/*", "*/", "<!--")


class Unknown(NamedTuple):
    """A line at column 0 that begins with no keyword.

    Attributes:
        hint: what to do.
        maybe: the keywords that it may have been meant for.
    """

    hint: str
    maybe: tuple[str, ...] = ()


class Sign(NamedTuple):
    """A sign that other languages put before a line.

    Attributes:
        text: the sign.
        end: where what it stands before begins.
        word: the first word behind it.
        comment: whether it begins a comment there; else it stands before a head.
    """

    text: str
    end: int
    word: str
    comment: bool


def sign_before(head: str) -> Sign | None:
    """The sign of another language that a line begins with, where it is clear what it would do there."""
    match = _SIGN.match(head)
    if match is None:
        return None
    text, end, word = match["sign"], match.start("word"), match["word"]
    if word.lower() in nodes.KEYWORDS and is_almost_a_head(word.lower(), match["rest"]):
        return Sign(text, end, word, comment=False)
    return Sign(text, end, word, comment=True) if text.startswith(_OTHER_COMMENTS) else None


def unknown(word: str, head: str, *, compare: bool) -> Unknown:
    """What a line was perhaps meant for.

    Args:
        word: its first word.
        head: the line.
        compare: whether to look for words like this one, which takes its time.
    """
    lower = word.lower()
    if lower in SETTINGS:
        return Unknown(f"a setting has a colon: `{lower}: …`")
    prop = property_meant(lower)
    if prop is not None:
        # Which job the panel is in, nobody knows.
        return Unknown(f"indent it; a property has a colon, too: `{prop}: …`", ("scene",) if prop == "lead" else ())
    sign = sign_before(head)
    if sign is not None:
        if sign.comment:
            return Unknown("a comment begins with `//`", nodes.KEYWORDS if len(head.split()) == 1 else ())
        return Unknown(f"delete the `{sign.text}` before `{sign.word}`", (sign.word.lower(),))
    near = keyword_near(word) if compare else None
    if near is not None:
        return Unknown(f"did you mean `{near}`?", (near,))
    setting = setting_near(word, head) if compare else None
    if setting is not None:
        return Unknown(f"did you mean the setting `{setting}:`?")
    name = variable_meant(head)
    if name is not None:
        return Unknown(f"a variable begins with `let`: `let {name} = …`", ("let",))
    maybe = nodes.KEYWORDS if len(head.split()) == 1 else ()
    if head[:1].isspace():
        return Unknown("indent with spaces or tabs: this line begins with another kind of space", maybe)
    return Unknown("if it is text of the block above, indent it", maybe)


# ---- heads -------------------------------------------------------------------------------------------------------


class Malformed(NamedTuple):
    """A line that begins with a keyword and fits no form of it.

    Attributes:
        message: what is wrong.
        hint: what to write.
        rest: what the hint says is to stand behind the keyword, with a space before it, or `""` for nothing; None where
            it names no such text, or one in which something that may be meant for the panel would be missing.
    """

    message: str
    hint: str
    rest: str | None = None


def malformed(keyword: str, head: str) -> Malformed:
    """What is wrong with a line that begins with a keyword, and what to write."""
    rest = head[len(keyword) :].strip()
    example = f"for example {EXAMPLES[keyword]}"
    if re.search(r"[^\S \t]", head):
        return Malformed(f"`{keyword}` takes plain spaces, and another kind of space stands in this line", example)
    colon = _COLON.match(rest)
    value = rest[colon.end() :] if colon is not None else rest
    if keyword == "let":
        fault = f"`{keyword}` takes no colon" if colon is not None else ""
        return Malformed(fault, example) if fault else _malformed_let(rest, example)
    if keyword in ("section", "include"):
        if keyword == "include":
            value = value.strip(_QUOTES)
        write = f"write `{keyword} {_short(value)}`" if value else example
        if not value and colon is None:
            return Malformed(f"`{keyword}` lacks {'a title' if keyword == 'section' else 'a path'}", example)
        fault = f"`{keyword}` takes no colon" if colon is not None else f"a space stands behind `{keyword}`"
        return Malformed(fault, write, f" {value}" if value else None)
    return _malformed_head(keyword, rest, example)


def _malformed_let(rest: str, example: str) -> Malformed:
    name = rest.partition("=")[0].strip()
    if not rest:
        return Malformed("`let` lacks a name and a text", example)
    if not name:
        return Malformed("`let` lacks a name", example)
    if "=" not in rest:
        return Malformed("`let` lacks a `=`", example)
    if not is_name(name):
        return Malformed(f"`{name}` is no name for a variable", f"{example}; {NAME_RULE}")
    return Malformed(f"`let {name}` has no text", example)


def _malformed_head(keyword: str, rest: str, example: str) -> Malformed:
    """Takes away one after the other what a head does not have; what is left is what was meant."""
    kind = f"an {keyword}" if keyword == "event" else f"a {keyword}"
    text, mark, faults = _without_mark(keyword, rest, kind)
    text, more = _without_colon(keyword, text, faults)
    name = text.strip(_BRACKETS + _QUOTES).strip()
    if name != text:
        signs = "brackets" if text[:1] in _BRACKETS or text[-1:] in _BRACKETS else "quotes"
        faults.append(f"a name stands without {signs}")
    below = "; what the panel shows goes below, indented" if more and keyword != "character" else ""
    number = _NUMBER.fullmatch(name) if keyword != "character" else None
    if number is not None:
        faults.insert(0, f"`{number['number']}` is no name for {kind}")
        behind = number["more"] or more
        more = behind if not is_name(behind) else ""
        name = behind if is_name(behind) else ""
        below = f": {kind} needs neither number nor name, and a name begins with a letter"
    if name and not is_name(name):
        wrong = _no_name(keyword, name, kind, mark)
        if not faults or " " not in name:
            faults = [*faults[:1], wrong.message]
        hint = wrong.hint if below in wrong.hint else f"{wrong.hint}{below}"
        return Malformed(_joined(faults[:2]), hint, None if more else wrong.rest)
    if not name and keyword == "character":
        return Malformed("`character` lacks a name", example)
    message = _joined(faults[:2]) if faults else f"`{keyword}` has too much after it"
    whole = f"{' ' if name else ''}{name}{mark}"
    return Malformed(message, f"write `{keyword}{whole}`{below}", None if more else whole)


def _without_mark(keyword: str, rest: str, kind: str) -> tuple[str, str, list[str]]:
    marks = list(_MARK.finditer(rest))
    if not marks:
        return rest, "", []
    text = _MARK.sub(" ", rest).strip()
    if keyword != "scene":
        return text, "", [f"only a scene can be `[NC]`, not {kind}"]
    wrong = next((mark[0] for mark in marks if mark[0].upper() != "[NC]"), None)
    half = _HALF_MARKS.get("".join(wrong.upper().split())) if wrong is not None else None
    if half is not None:
        return text, " [NC]", [f"the `{half}` of the mark `[NC]` is missing"]
    if wrong is not None:
        return text, " [NC]", [f"the mark is `[NC]`, not `{wrong}`"]
    if len(marks) > 1:
        return text, " [NC]", ["`[NC]` is given twice"]
    last = not rest[marks[0].end() :].strip(" \t:：")
    return text, " [NC]", [] if last else ["`[NC]` stands at the end of the head"]


def _without_colon(keyword: str, text: str, faults: list[str]) -> tuple[str, str]:
    colon = _COLON.search(text)
    if colon is None:
        return text, ""
    faults.append(f"`{keyword}` takes no colon")
    before, behind = text[: colon.start()], text[colon.end() :]
    return (before, behind) if before else (behind, "")


def _no_name(keyword: str, name: str, kind: str, mark: str) -> Malformed:
    words = name.split()
    first = words[0].partition("[")[0] or words[0]
    if not is_name(first):
        return Malformed(f"`{_short(first)}` is no name for {kind}", f"for example {EXAMPLES[keyword]}; {NAME_RULE}")
    hint, rest = "a name has no spaces", None
    if len(words) <= _MOST_WORDS and is_name(joined := "-".join(words)):
        rest = f" {joined}{mark}"
        hint += f": write `{keyword}{rest}`"
    else:
        hint += f": for example {EXAMPLES[keyword]}"
    if keyword != "character":
        hint += "; what the panel shows goes below, indented"
    return Malformed(f"`{keyword}` has too much after it", hint, rest)


def _joined(faults: list[str]) -> str:
    return ", and ".join(dict.fromkeys(faults))


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[: most - 1]}…"
