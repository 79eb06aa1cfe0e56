"""Whether a request is one that was recorded, where the recording has placeholders for what it does not know.

A placeholder stands for one text throughout a replay: the one that an earlier answer gave in its place, or the one that
a request has there first.
"""

from __future__ import annotations

import json
import re

from storyscript.fake.naming import Names
from storyscript.fake.tape.redacting import PLACEHOLDER


class Bindings:
    """What placeholders stand for in one replay."""

    def __init__(self) -> None:
        self._names = Names("replay")
        self._texts: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """A recorded text with a text of this replay for each placeholder; one that stands for none yet gets one."""
        return PLACEHOLDER.sub(lambda found: self._text(found[0]), text)

    def fill_json(self, text: str) -> str:
        """The same for the text of a JSON value, which stays one whatever a placeholder stands for."""
        return PLACEHOLDER.sub(lambda found: json.dumps(self._text(found[0]))[1:-1], text)

    def match(self, recorded: object, given: object) -> bool:
        """Whether a value is the recorded one; if so, placeholders that were free stand for what it has there."""
        bound: dict[str, str] = {}
        if not self._match(recorded, given, bound):
            return False
        self._texts.update(bound)
        return True

    def _text(self, placeholder: str) -> str:
        return self._texts.setdefault(placeholder, self._names.token(placeholder))

    def _match(self, recorded: object, given: object, bound: dict[str, str]) -> bool:
        match recorded, given:
            case dict(), dict():
                names = {self._filled(name): name for name in recorded}
                return names.keys() == given.keys() and all(
                    self._match(recorded[name], given[filled], bound) for filled, name in names.items()
                )
            case list(), list():
                return len(recorded) == len(given) and all(map(self._match, recorded, given, [bound] * len(given)))
            case str(), str() | int() | float() if not isinstance(given, bool):
                return self._match_text(recorded, given, bound)
            case _:
                return type(recorded) is type(given) and recorded == given

    def _match_text(self, recorded: str, given: str | float, bound: dict[str, str]) -> bool:
        placeholders = PLACEHOLDER.findall(recorded)
        if not placeholders:
            return recorded == given
        pattern = "(.+)".join(map(re.escape, PLACEHOLDER.split(recorded)))
        found = re.fullmatch(pattern, str(given), re.DOTALL)
        if found is None:
            return False
        for placeholder, text in zip(placeholders, found.groups(), strict=True):
            known = self._texts.get(placeholder, bound.get(placeholder))
            if known is not None and known != text:
                return False
            bound[placeholder] = text
        return True

    def _filled(self, name: str) -> str:
        return PLACEHOLDER.sub(lambda found: self._texts.get(found[0], found[0]), name)
