"""The canonical form of a payload, worked out from the pages and apart from the program.

`canonical` says what a story can hold of a payload, and which of its parameters it cannot hold as they are: those must
be reported.
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import storyscript

_TOOL = json.loads((Path(storyscript.__file__).parent / "tool/story_diffusion_advanced.json").read_text("utf-8"))
DEFAULTS: dict[str, Any] = {entry["name"]: entry["default"] for entry in _TOOL["parameters"]}
STYLES = ["Comic book", "Japanese Anime", "Digital/Oil Painting", "Pixar/Disney Character", "Photographic"]
STYLES += ["Line art", "Black and White Film Noir", "Isometric Rooms"]
SOMEBODY = "a person"

# Formats that show something (Unicode, PropList, Prepended_Concatenation_Mark and the like).
_SHOWN_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0xFFF9, 0xFFFC)}
_SHOWN_FORMATS |= set(range(0x13430, 0x13440))
_OTHER_INVISIBLE = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x180F, 0x2065}
_OTHER_INVISIBLE |= {*range(0x180B, 0x180F), *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}


def _shows_nothing(sign: str) -> bool:
    code = ord(sign)
    if code in _OTHER_INVISIBLE or sign == " ":
        return True
    return unicodedata.category(sign) == "Cf" and code not in _SHOWN_FORMATS


def tidy(text: str) -> str:
    """One space between words; nothing where nothing shows."""
    words: list[str] = [""]
    for sign in text:
        if sign.isspace() or sign in "\u0085\u2028\u2029":
            words.append("")
        else:
            words[-1] += sign
    tidied = " ".join(filter(None, words))
    return "" if all(map(_shows_nothing, tidied)) else tidied


def _spaced(text: str) -> str:
    return "".join(" " if ord(sign) < 0x20 or ord(sign) == 0x7F else sign for sign in text)


def _unmarked(text: str) -> str:
    while "[NC]" in text:
        at = text.index("[NC]")
        text = text[:at] + text[at + 4 :]
    return text


class _Canon:
    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.changed: set[str] = set()

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.changed.add(name)
            return ""
        repaired = "".join("\ufffd" if 0xD800 <= ord(sign) <= 0xDFFF else sign for sign in value)
        if repaired != value or any((ord(sign) < 0x20 and not sign.isspace()) or ord(sign) == 0x7F for sign in value):
            self.changed.add(name)
        return repaired

    def scenes(self) -> list[tuple[str, str | None, bool]]:
        scenes = []
        for segment in _spaced(self.text("generalPrompt")).split("|"):
            body = _unmarked(segment)
            marked = body != segment
            pieces = body.split("#")
            shown = tidy("#".join(pieces[:-1]) if len(pieces) > 1 else body)
            caption = tidy(pieces[-1]) if len(pieces) > 1 else None
            if not shown and not caption:
                if tidy(segment):
                    self.changed.add("generalPrompt")
                continue
            if not shown:
                self.changed.add("generalPrompt")
                assert caption is not None
                shown, caption = caption, None
            scenes.append((shown, caption, marked))
        return scenes

    def events(self) -> list[str]:
        text = _spaced(self.text("extraEventPrompts"))
        if "#" in text or "[NC]" in text:
            self.changed.add("extraEventPrompts")
        events = [tidy(_unmarked(segment).split("#")[0]) for segment in text.split("|")]
        return [event for event in events if event]

    def description(self) -> str:
        text = _spaced(self.text("prompt"))
        if any(sign in text for sign in ("|", "#", "[NC]")):
            self.changed.add("prompt")
        return tidy(_unmarked(text.replace("|", " ").replace("#", " ")))

    def number(self, name: str, least: int | None) -> object:
        value = self.given.get(name)
        if value is None:
            return DEFAULTS[name]
        number: Decimal | None = None
        if isinstance(value, str) and re.fullmatch(
            r"\s*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,9})?\s*", value
        ):
            number = Decimal(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = Decimal(repr(value))
        if number is not None and number.is_finite() and abs(number.adjusted()) < 100:
            if least is None and number > 0 and len(f"{number:f}") < 90:
                shown = f"{number:f}"
                whole, _, rest = shown.partition(".")
                return f"{whole}.{rest.rstrip('0') or '0'}"
            if least is not None and number == int(number) and number >= least:
                return int(number)
        self.changed.add(name)
        return DEFAULTS[name]

    def address(self, name: str, schemes: tuple[str, ...]) -> str:
        value = self.given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return ""
        if isinstance(value, str):
            text = value.strip()
            plain = not any(sign.isspace() or ord(sign) < 0x20 or 0xD800 <= ord(sign) <= 0xDFFF for sign in text)
            if plain and re.match(rf"(?i:{'|'.join(schemes)})://[a-z0-9.]", text):
                return text
        self.changed.add(name)
        return ""

    def choice(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return str(DEFAULTS[name])
        if name == "styleName" and isinstance(value, str):
            for style in STYLES:
                if " ".join(value.split()).lower() == style.lower():
                    if style != " ".join(value.split()):
                        self.changed.add(name)
                    return style
        if name == "selectedModel" and not isinstance(value, bool):
            text = str(value).strip()
            if text and len(text) <= 100 and set(text) <= set("0123456789"):
                return text
        self.changed.add(name)
        return str(DEFAULTS[name])


def canonical(given: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """What compiles of a payload, and the parameters that were not taken as they are."""
    canon = _Canon(given)
    canon.changed |= set(given) - set(DEFAULTS) - {"callbackUrl"}
    scenes, events, prompt = canon.scenes(), canon.events(), canon.description()
    if not prompt and (events or any(not marked for _, _, marked in scenes)):
        canon.changed.add("prompt")
        prompt = SOMEBODY
    image = canon.address("inputImage2Url", ("http", "https"))
    img = re.compile(r"\bimg\b")
    if image and (
        len(img.findall(prompt)) != 1
        or any(img.search(text) for text in [shown for shown, _, marked in scenes if not marked] + events)
    ):
        canon.changed.add("inputImage2Url")
        image = ""
    private = tidy(_spaced(canon.text("selectedModelPrivate")))
    if "//" in private.split(" "):
        canon.changed.add("selectedModelPrivate")
        private = ""
    negative = DEFAULTS["negativePrompt"]
    if isinstance(given.get("negativePrompt"), str):
        negative = tidy(_spaced(canon.text("negativePrompt")))
    elif given.get("negativePrompt") is not None:
        canon.changed.add("negativePrompt")
    result = {
        "selectedModel": canon.choice("selectedModel"),
        "selectedModelPrivate": private,
        "inputImageUrl": canon.address("inputImageUrl", ("http", "https")),
        "inputImage2Url": image,
        "prompt": prompt,
        "generalPrompt": " | ".join(
            ("[NC] " if marked else "") + shown + ("" if caption is None else f" #{caption}")
            for shown, caption, marked in scenes
        ),
        "negativePrompt": negative,
        "extraEventPrompts": " | ".join(events),
        "styleName": canon.choice("styleName"),
        "steps": canon.number("steps", 1),
        "width": canon.number("width", 1),
        "height": canon.number("height", 1),
        "fontSize": canon.number("fontSize", 1),
        "imageLength": canon.number("imageLength", 1),
        "scale": canon.number("scale", None),
        "seed": canon.number("seed", -1),
    }
    callback = canon.address("callbackUrl", ("https",))
    if callback:
        result["callbackUrl"] = callback
    return result, canon.changed
