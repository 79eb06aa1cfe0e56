"""Settings: their keys, the form of their values, and which of several holds.

Source: language page, "Settings".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from storyscript.analysis.checks.slashes import check_slashes
from storyscript.analysis.files import locate
from storyscript.analysis.near import nearest
from storyscript.analysis.story import SettingValue
from storyscript.analysis.text import Mentions, find_character
from storyscript.diagnostics.model import Label
from storyscript.encoding import normalize
from storyscript.source import trimmed
from storyscript.syntax.names import is_name
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from storyscript.analysis.files import File
    from storyscript.analysis.text import TextReader
    from storyscript.source import Reader, Span
    from storyscript.syntax import nodes

_MOST_DIGITS: Final = 100
_WHOLE: Final = re.compile(r"[0-9]+")
_SIZE: Final = re.compile(r"([0-9]+)[ \t]*[xX][ \t]*([0-9]+)|([0-9]+)")
_DECIMAL: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_WORD: Final = re.compile(r"[a-zA-Z0-9.]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(slots=True, eq=False)
class _Value:
    """A value as written: the reader's work, and where to complain."""

    reader: SettingsReader
    file: File
    key: str
    text: str
    span: Span

    def wrong(self, message: str, hint: str | None = None) -> None:
        self.reader.texts.sink.report("SS202", self.span, message, hint=hint)

    def whole(self, least: int, parameter: str | None = None) -> int | None:
        digits = self.text.removeprefix("-") if least < 0 else self.text
        if not _WHOLE.fullmatch(digits) or len(digits) > _MOST_DIGITS or int(self.text) < least:
            # Whoever writes `seed: random` wants another picture each time.
            hint = "for example `seed: 42`; each number gives other pictures" if self.key == "seed" else None
            self.wrong(f"`{self.key}` takes a whole number from {least} up, not `{_short(self.text)}`", hint)
            return None
        value = int(self.text)
        if parameter is not None:
            self.in_range(parameter, value, self.text)
        return value

    def in_range(self, parameter: str, value: float | Decimal, shown: str) -> bool:
        """Warn (SS404) of a value outside the range that upstream's code takes."""
        known = story_diffusion_advanced().ranges[parameter]
        if known.holds(float(value)):
            return True
        step = f" in steps of {known.step}" if known.step > 1 else ""
        self.reader.texts.sink.report(
            "SS404",
            self.span,
            f"`{self.key}: {_short(shown)}` is outside the range that is known to work: "
            f"{_number(known.least)} to {_number(known.most)}{step}",
            hint="it is sent as it is; the service may refuse it",
        )
        return False


def _text(value: _Value) -> object:
    text = value.reader.texts.read(value.file, [(value.span.start, value.span.start + len(value.text))], Mentions.TEXT)
    check_slashes(value.file, [(value.span.start, value.span.end)], value.reader.texts.sink)
    result = value.reader.texts.compose(text).value
    if not result and not text.poisoned:
        value.wrong(f"`{value.key}` comes out empty")
        return None
    return result


def _negative(value: _Value) -> object:
    return "" if value.text.lower() == "none" else _text(value)


def _plain(value: _Value) -> object:
    text = normalize(value.text)
    check_slashes(value.file, [(value.span.start, value.span.end)], value.reader.texts.sink)
    if not text:
        value.wrong(f"`{value.key}` comes out empty")
        return None
    return text


def _main(value: _Value) -> object:
    if not is_name(value.text):
        value.reader.texts.names.excuse_uses(value.text)
        hint = "write the name without `@`" if is_name(value.text.removeprefix("@")) else None
        value.wrong(f"`main` takes a character's name, not `{_short(value.text)}`", hint)
        return None
    return find_character(value.reader.texts.names, value.reader.texts.sink, value.text, value.span)


def _style(value: _Value) -> object:
    styles = story_diffusion_advanced().styles
    wanted = " ".join(value.text.split()).lower()
    for style in styles:
        if style.lower() == wanted:
            return style
    words = set(_WORD.findall(wanted))
    holding = [style for style in styles if words and words <= set(_WORD.findall(style.lower()))]
    near = holding[0] if len(holding) == 1 else nearest(value.text, styles)
    hint = f"did you mean `{near}`?" if near else "one of: " + ", ".join(styles)
    value.wrong(f"there is no style `{_short(value.text)}`", hint)
    return None


def _model(value: _Value) -> object:
    models = story_diffusion_advanced().models
    if _WHOLE.fullmatch(value.text):
        if value.text not in models:
            value.reader.texts.sink.report(
                "SS412",
                value.span,
                f"model {_short(value.text)} is not in the tool's table",
                hint="it is sent as it is; the service may refuse it",
            )
        return value.text
    wanted = " ".join(value.text.split()).lower()
    for model in models.values():
        if wanted in (model.label.lower(), model.label.partition("/")[2].lower()):
            return model.id
    near = nearest(
        value.text,
        [name for model in models.values() for name in (model.label, model.label.partition("/")[2])],
    )
    hint = f"did you mean `{near}`?" if near else "write a model's id or label; " + _models_listed(value.text)
    value.wrong(f"there is no model `{_short(value.text)}`", hint)
    return None


def _models_listed(text: str) -> str:
    """Which command lists the models that a text may speak of."""
    words = _WORD.findall(_short(text).lower())  # these can be typed into any shell as they are
    models = story_diffusion_advanced().models.values()
    if words and any(all(word in f"{model.label} {model.description}".lower() for word in words) for model in models):
        return f"`storyscript models {' '.join(words)}` lists those that it fits"
    return "`storyscript models` lists them, `storyscript models WORD` those that a word fits"


def _size(value: _Value) -> object:
    match = _SIZE.fullmatch(value.text)
    sides = [part for part in match.groups() if part] if match else []
    if not sides or any(len(side) > _MOST_DIGITS or int(side) < 1 for side in sides):
        hint = "for example `size: 768x768`, or `size: 768` for a square"
        value.wrong(f"`size` takes width x height, not `{_short(value.text)}`", hint)
        return None
    width, height = int(sides[0]), int(sides[-1])
    # One warning for the value, however many of its sides are out of range.
    shown = value.text
    _ = value.in_range("width", width, shown) and value.in_range("height", height, shown)
    return width, height


def _guidance(value: _Value) -> object:
    from decimal import Decimal  # noqa: PLC0415 - few stories set it

    if not _DECIMAL.fullmatch(value.text) or len(value.text) > _MOST_DIGITS or Decimal(value.text) <= 0:
        value.wrong(
            f"`guidance` takes a number greater than 0, not `{_short(value.text)}`",
            "for example `guidance: 7.5`",
        )
        return None
    number = Decimal(value.text)
    whole, _, fraction = f"{number:f}".partition(".")
    shown = f"{whole}.{fraction.rstrip('0') or '0'}"
    value.in_range("scale", number, value.text)
    return shown


def _identity(value: _Value) -> object:
    if value.text.lower() == "auto":
        return "auto"
    digits = value.text
    if not _WHOLE.fullmatch(digits) or len(digits) > _MOST_DIGITS or int(digits) < 1:
        value.wrong(f"`identity` takes a whole number from 1 up, or `auto`, not `{_short(value.text)}`")
        return None
    # Kept with whether the range was complained of: SS407 would say the same again.
    return int(digits), value.in_range("imageLength", int(digits), digits)


WORDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "captions": {"text": (), "none": ("no", "off", "false")},
    "lettering": {"service": (), "local": ()},
    "reorder": {"yes": ("y", "true", "on"), "no": ("n", "false", "off")},
}
"""The settings that take one of some words: each word, with others that can only mean the same."""


def _word(value: _Value) -> object:
    words, word = WORDS[value.key], value.text.lower()
    if word not in words:
        choice = " or ".join(f"`{choice}`" for choice in words)
        same = next((known for known, others in words.items() if word in others), None) or nearest(word, words)
        hint = f"write `{value.key}: {same}`" if same else None
        value.wrong(f"`{value.key}` takes {choice}, not `{_short(value.text)}`", hint)
        return None
    return word


def _pad_image(value: _Value) -> object:
    return image_address(value.reader, value.file, value.key, value.text, value.span)


def _callback(value: _Value) -> object:
    if not is_url(value.text, ("https",)):
        value.wrong(
            f"`callback` takes an https URL, not `{_short(value.text)}`",
            "for example `callback: https://example.org/done`",
        )
        return None
    return value.text


SETTINGS: Final[dict[str, Callable[[_Value], object]]] = {
    "title": _text,
    "author": _text,
    "main": _main,
    "style": _style,
    "model": _model,
    "private-model": _plain,
    "size": _size,
    "steps": lambda value: value.whole(1, "steps"),
    "guidance": _guidance,
    "seed": lambda value: value.whole(-1, "seed"),
    "identity": _identity,
    "negative": _negative,
    "font-size": lambda value: value.whole(1),
    "pad-image": _pad_image,
    "captions": _word,
    "lettering": _word,
    "reorder": _word,
    "callback": _callback,
}
"""Every setting, and what reads its value: it reports what is wrong and gives None."""


class SettingsReader:
    """Reads the settings of a story, in the order of its text.

    Attributes:
        failed: keys of settings whose value was wrong: what they would have been, nobody knows.
    """

    def __init__(self, texts: TextReader, reader: Reader | None) -> None:
        self.texts: Final = texts
        self.files: Final = reader
        self._own: dict[str, SettingValue] = {}
        self._included: dict[str, SettingValue] = {}
        self._first: dict[tuple[File, str], Span] = {}
        self.failed: Final[set[str]] = set()

    def read(self, file: File, setting: nodes.Setting) -> bool:
        """Read a setting of a known key; reports SS202, SS203 and what the value's own form asks for.

        Returns:
            False where an error was reported.
        """
        key = setting.key.lower()
        key_span = file.span(setting.start, setting.start + len(setting.key))
        first = self._first.setdefault((file, key), key_span)
        if first is not key_span:
            self.texts.sink.report(
                "SS203",
                key_span,
                f"`{key}` is set twice in this file",
                hint="keep one of them",
                labels=(Label(first, "first set here"),),
            )
            self.texts.names.excuse_uses(file.source.readable[setting.value_start : setting.end])
            return False
        span = file.span(*trimmed(file.source.readable, setting.value_start, setting.end))
        text = file.source.readable[span.start : span.end]
        value = _Value(self, file, key, text, span)
        if not text:
            self.failed.add(key)
            hint = "write one, or delete the line for the default"
            if key == "negative":
                hint += "; `negative: none` sends no negative prompt"
            value.wrong(f"`{key}` has no value", hint)
            return False
        result = SETTINGS[key](value)
        if result is None:
            self.failed.add(key)
            return False
        into = self._own if file.own else self._included
        into[key] = SettingValue(result, key_span, span)
        return True

    def holding(self) -> dict[str, SettingValue]:
        """The settings that hold: the story's own, else the last included one."""
        return {**self._included, **self._own}

    def override(self, settings: Iterable[tuple[File, nodes.Setting]]) -> None:
        """Read settings that win over everything in the story, from a file that stands for the command line."""
        for file, setting in settings:
            self._own.pop(setting.key.lower(), None)
            self.read(file, setting)

    def fill(self, settings: Iterable[tuple[File, nodes.Setting]]) -> None:
        """Read settings of which nothing else speaks, from a file that stands for the project.

        Those that do not hold are not read: only what holds can be wrong.
        """
        for file, setting in settings:
            key = setting.key.lower()
            # In a story without characters there is nobody for `main` to choose.
            absent = key == "main" and not self.texts.names.characters
            if not absent and key not in self.failed and key not in self._own and key not in self._included:
                self.read(file, setting)


def image_address(settings: SettingsReader, file: File, key: str, text: str, span: Span) -> str | None:
    """What is sent for an image: a URL as it is, a local file as `file:PATH` relative to the story."""
    if _SCHEME.match(text) and ("://" in text or not _looks_like_path(text)):
        if is_url(text, ("http", "https")):
            return text
        settings.texts.sink.report(
            "SS202", span, f"`{key}` takes an http or https URL or a local file, not `{_short(text)}`"
        )
        return None
    located = locate(settings.files, settings.texts.sink, file, text, span.start)
    return None if located is None else f"file:{located.path}"


def _looks_like_path(text: str) -> bool:
    # `C:\photo.png` and `data:image/png` both begin like a URL; a drive is one letter.
    return len(text.partition(":")[0]) == 1


def is_url(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether a text is an absolute URL of one of these schemes, without white space."""
    if len(text.split()) != 1:
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme.lower() in schemes and bool(host)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[: most - 1]}…"
