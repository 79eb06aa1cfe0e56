"""The parameters of one payload: checked, and brought to the form that a story compiles to.

What a story can say is taken, in whatever type it came; the rest is noted, and the tool's default stands in its place.
Source: language page, "Settings", "Text" and "The encoding, exactly".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from storyscript.analysis.checks.images import TRIGGER_WORD
from storyscript.analysis.near import nearest
from storyscript.analysis.settings import is_url
from storyscript.decompiler.notes import short
from storyscript.encoding import (
    CAPTION_SIGN,
    NO_CHARACTER_MARK,
    SEPARATOR,
    Scene,
    decode,
    decode_events,
    normalize,
)
from storyscript.errors import ConfigurationError
from storyscript.source import MAX_SOURCE_BYTES, OutsideRootError
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.decompiler.inputs import Given
    from storyscript.decompiler.notes import Notes
    from storyscript.source import Reader

_MOST_DIGITS: Final = 100
_MOST_PANELS: Final = MAX_SOURCE_BYTES // len("scene\n  x\n\n")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_COMMENT: Final = re.compile(r"(?:^|[ \t])//(?:[ \t]|$)")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FILE: Final = "file:"
CALLBACK: Final = "callbackUrl"
IDENTITY: Final = "imageLength"

_LEAST: Final = {"steps": 1, "width": 1, "height": 1, "fontSize": 1, IDENTITY: 1, "seed": -1}
"""The whole numbers, and the least that each may be."""
_PANELS: Final = ("prompt", "generalPrompt", "extraEventPrompts", "inputImage2Url")
"""What is a job's own and no setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A payload that a story can say.

    Attributes:
        given: where it comes from.
        description: of its character; `""` where it has none.
        image: their reference image, as a story names it, or `""`.
        scenes, events: in the payload's order; texts are normalized, and each scene has a description.
        settings: the other parameters by the service's names: all those of the tool, and `callbackUrl` where it is
            set; strings and whole numbers. Files are named as a story names them.
    """

    given: Given
    description: str
    image: str
    scenes: list[Scene]
    events: list[str]
    settings: dict[str, str | int]


def check(given: Given, reader: Reader | None, notes: Notes) -> Checked:
    """Check a payload; what cannot be taken is noted.

    Raises:
        ConfigurationError: it has more panels than any story can hold.
    """
    return _Checker(given, reader, notes).check()


class _Checker:
    def __init__(self, given: Given, reader: Reader | None, notes: Notes) -> None:
        self.given: Final = given
        self.reader: Final = reader
        self.notes: Final = notes
        self.tool: Final = story_diffusion_advanced()

    def check(self) -> Checked:
        self._check_names()
        description = self._description()
        scenes, events = self._scenes(), self._events()
        image = self._image(description, scenes, events)
        readers: dict[str, Callable[[str, object], str | int | None]] = {
            "selectedModel": self._model,
            "selectedModelPrivate": self._private_model,
            "inputImageUrl": self._address,
            "negativePrompt": self._negative,
            "styleName": self._style,
            "scale": self._scale,
            CALLBACK: self._callback,
        }
        settings = {name: value for name, value in self.tool.defaults.items() if name not in _PANELS}
        for name in (*settings, CALLBACK):
            value = self.given.parameters.get(name)
            if value is None:
                continue
            taken = readers.get(name, self._whole)(name, value)
            if taken is not None:
                settings[name] = taken
        return Checked(
            given=self.given, description=description, image=image, scenes=scenes, events=events, settings=settings
        )

    def _note(self, text: str) -> None:
        self.notes.add(f"{self.given.where}{text}")

    def _check_names(self) -> None:
        known = (*self.tool.defaults, CALLBACK)
        for name in self.given.parameters:
            if name not in known:
                near = None if self.notes.is_full else nearest(name, known)
                meant = f" (did you mean `{near}`?)" if near else ""
                self._note(f"`{short(name)}` is no parameter that a story sets{meant}; left out")

    # ---- texts -----------------------------------------------------------------------------------------------

    def _text(self, name: str) -> str:
        """A text without what no story may hold; `""` where there is none."""
        value = self.given.parameters.get(name)
        return "" if value is None else self._clean(name, value)

    def _clean(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            self._note(f"`{name}` takes a text, not {kind_of(value)}; left out")
            return ""
        if not value.isascii() and SURROGATE.search(value):
            self._note(f"`{name}` holds half a character; \N{REPLACEMENT CHARACTER} stands in its place")
            value = SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        if _CONTROL.search(value):
            self._note(f"`{name}` holds control characters, which no story may; a space stands for each")
            value = _CONTROL.sub(" ", value)
        return value

    def _description(self) -> str:
        text = self._text("prompt")
        for sign in (SEPARATOR, CAPTION_SIGN):
            if sign in text:
                self._note(f"`prompt` holds `{sign}`, with which scenes would come apart; a space stands for each")
                text = text.replace(sign, " ")
        if NO_CHARACTER_MARK in text:
            self._note("`prompt` holds `[NC]`, which marks scenes; left out")
        return "".join(scene.description for scene in decode(text))  # without separators in it, one at most

    def _scenes(self) -> list[Scene]:
        scenes = []
        text = self._text("generalPrompt")
        self._check_number("generalPrompt", text)
        self._note_textless("generalPrompt", "scene", text, lambda segment: bool(decode(segment)))
        for scene in decode(text):
            if scene.description:
                scenes.append(scene)
                continue
            words = scene.caption or ""
            self._note(
                f"`generalPrompt` has a scene of nothing but a caption, `{short(words)}`; it is what is shown, too"
            )
            scenes.append(Scene(words, None, scene.no_character))
        return scenes

    def _events(self) -> list[str]:
        text = self._text("extraEventPrompts")
        self._check_number("extraEventPrompts", text)
        if CAPTION_SIGN in text:
            self._note("`extraEventPrompts` holds `#`, but events have no captions; what follows it was left out")
        if NO_CHARACTER_MARK in text:
            self._note("`extraEventPrompts` holds `[NC]`, but events show their character; left out")
        self._note_textless("extraEventPrompts", "event", text, lambda segment: bool(decode_events(segment)))
        return decode_events(text)

    def _check_number(self, name: str, text: str) -> None:
        if text.count(SEPARATOR) > _MOST_PANELS:
            raise ConfigurationError(f"{self.given.where}`{name}` has more panels than a story's 16 MiB can hold")

    def _note_textless(self, name: str, what: str, text: str, says: Callable[[str], bool]) -> None:
        """Note segments of signs alone; those of nothing mean nothing, and are no loss."""
        marks = sum(
            1
            for segment in (text.split(SEPARATOR) if "#" in text or "[NC]" in text else ())
            if normalize(segment) and not says(segment)
        )
        if marks:
            number = f"{marks} {what}s" if marks > 1 else f"{'an' if what == 'event' else 'a'} {what}"
            self._note(f"`{name}` has {number} of signs alone, without a text; left out")

    def _negative(self, name: str, value: object) -> str | None:
        if isinstance(value, str):
            return normalize(self._clean(name, value))
        self._refuse(name, value, "a text")
        return None

    def _private_model(self, name: str, value: object) -> str | None:
        text = normalize(self._clean(name, value))
        if _COMMENT.search(text):
            self._note(f"`{name}` holds ` // `, which begins a comment in a story; left out")
            return None
        return text

    # ---- choices and numbers ---------------------------------------------------------------------------------

    def _refuse(self, name: str, value: object, wanted: str) -> None:
        shown = f"`{short(value)}`" if isinstance(value, str) and value.strip() else kind_of(value)
        default = self.tool.defaults.get(name, "")
        stands = "the tool's default stands" if name == "negativePrompt" else f"the tool's default `{default}` stands"
        self._note(f"`{name}` takes {wanted}, not {shown}; {stands}")

    def _model(self, name: str, value: object) -> str | None:
        if isinstance(value, Decimal):
            value = _plain(value)
        text = value.strip() if isinstance(value, str) else ""
        if re.fullmatch("[0-9]+", text) and len(text) <= _MOST_DIGITS:
            return text
        self._refuse(name, value, "a model's number")
        return None

    def _style(self, name: str, value: object) -> str | None:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        for style in self.tool.styles:
            if style.lower() == text.lower():
                if style != text:
                    self._note(f"`{name}` is `{short(text)}`; taken for `{style}`")
                return style
        self._refuse(name, value, "one of the tool's styles")
        return None

    def _number(self, value: object) -> Decimal | None:
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = Decimal(value.strip())
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value.adjusted()) >= _MOST_DIGITS:
            return None
        return value

    def _whole(self, name: str, value: object) -> int | None:
        number, least = self._number(value), _LEAST[name]
        if number is not None and number == number.to_integral_value() and number >= least:
            return int(number)
        self._refuse(name, value, f"a whole number from {least} up")
        return None

    def _scale(self, name: str, value: object) -> str | None:
        number = self._number(value)
        if number is not None and number > 0:
            whole, _, fraction = f"{number:f}".partition(".")
            shown = f"{whole}.{fraction.rstrip('0') or '0'}"
            if len(shown) <= _MOST_DIGITS:
                return shown
        self._refuse(name, value, "a number greater than 0")
        return None

    # ---- addresses -------------------------------------------------------------------------------------------

    def _image(self, description: str, scenes: list[Scene], events: list[str]) -> str:
        value = self.given.parameters.get("inputImage2Url")
        image = self._address("inputImage2Url", value) if value is not None else None
        if not image:
            return ""
        count = len(TRIGGER_WORD.findall(description))
        shown = [scene.description for scene in scenes if not scene.no_character] + events
        if count == 0:
            why = "`prompt` lacks the word `img`, which ties it to the character"
        elif count > 1:
            why = "`prompt` has the word `img` more than once"
        elif any(TRIGGER_WORD.search(text) for text in shown):
            why = "a scene or event has the word `img`, which belongs into `prompt` alone"
        else:
            return image
        self._note(f"`inputImage2Url` is set, but {why}; left out")
        return ""

    def _address(self, name: str, value: object) -> str | None:
        text = value.strip() if isinstance(value, str) else ""
        if not text and isinstance(value, str):
            return ""
        if is_sayable(text):
            if is_url(text, ("http", "https")):
                return text
            if text.startswith(_FILE):
                return self._file(name, text.removeprefix(_FILE))
        shown = f"`{short(text)}`" if text else kind_of(value)
        self._note(f"`{name}` takes an http or https address, not {shown}; left out")
        return None

    def _file(self, name: str, path: str) -> str | None:
        """The path of `file:PATH`, which is how a local file stands in what `build` prints."""
        why = "which no story can name"
        if path == path.strip() and path and not _COMMENT.search(path) and not _SCHEME.match(path):
            try:
                located = self.reader.locate(path, "") if self.reader is not None else None
            except OutsideRootError:
                why = "which is outside the story's folder"
            except (OSError, ValueError):
                why = "which cannot be read from the story's folder"
            else:
                if located is not None and located.path == path:
                    return path
                why = "and there is no folder to look for it" if located is None else why
        self._note(f"`{name}` is the file `{short(path)}`, {why}; left out")
        return None

    def _callback(self, name: str, value: object) -> str | None:
        text = value.strip() if isinstance(value, str) else ""
        if not text and isinstance(value, str):
            return None
        if is_sayable(text) and is_url(text, ("https",)):
            return text
        shown = f"`{short(text)}`" if text else kind_of(value)
        self._note(f"`{name}` takes an https address, not {shown}; left out")
        return None


def is_sayable(text: str) -> bool:
    """Whether a text can stand in one line of a file."""
    return text.isprintable() or not re.search("[\x00-\x1f\x7f\ud800-\udfff]", text)


def _plain(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) >= _MOST_DIGITS or number != number.to_integral_value():
        return ""
    return str(int(number))


def kind_of(value: object) -> str:
    """What a value is, as messages call it."""
    if isinstance(value, str):
        return "an empty text"
    if isinstance(value, Decimal):
        return f"`{short(value)}`"
    names = {bool: "true or false", list: "a list", dict: "an object"}
    return names.get(type(value), "nothing")
