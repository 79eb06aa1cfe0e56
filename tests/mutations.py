"""Documents to try the language with: the examples and the golden cases, mutated."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from golden import CASES, read_cases

_EXAMPLES: Final = Path(__file__).parents[1] / "examples"

_LONGEST_SEED: Final = 4000
"""Characters; the few longer cases would take most of the time."""

FRAGMENTS: Final = [
    *(
        b"|",
        b"#",
        b"[NC]",
        b"[nc]",
        b"(NC)",
        b"{",
        b"}",
        b'{"',
        b'"}',
        b"@",
        b"@{",
        b"//",
        b" // ",
        b"/",
        b":",
        b"=",
        b"none",
    ),
    *(
        b"\n",
        b"\n\n",
        b"\r",
        b"\r\n",
        b"\t",
        b" ",
        b"\n  ",
        b"\n\t",
        b"\n    ",
        b"\n        ",
        b"\x00",
        b"\x1b[31m",
        b"\x7f",
    ),
    *(b"img", b" img ", b"caption:", b"lead:", b"as:", b"image:", b"caption\xef\xbc\x9a", b"captoin:", b"caption = "),
    *(b"scene", b"scene ", b"scene x [NC]\n", b"character ", b"event\n", b"section ", b"let a = ", b"let b={a}\n"),
    *(b"include cast.story\n", b"include other.story\n", b"include document.story\n", b"include ../up.story\n"),
    *(
        b"reorder: yes\n",
        b"identity: 2\n",
        b"identity: auto\n",
        b"style: line art\n",
        b"model: 966\n",
        b"captions: none\n",
    ),
    *(
        b"lettering: local\n",
        b"title: ",
        b"size: 0x1\n",
        b"seed: -1\n",
        b"main: Mira\n",
        b"callback: https://a.example\n",
    ),
    *(
        b"image: photo.png\n",
        b"image: https://a.example/x.png\n",
        b"Mira",
        b"@Mira",
        b"@{Mira}",
        b"Tom",
        b"{a}",
        b"{b}",
    ),
    *(b"// storyscript: ignore SS405\n", b" // storyscript: ignore SS4", b"SS301"),
    *(
        "\u2028\u0085\u00a0\u200b\ufeff\u3000\u202e".encode(),
        "é".encode(),
        "e\u0301".encode(),
        "日本".encode(),
        "🦊".encode(),
    ),
    *(b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\xa6", b"\xed\xa0\x80", b"\xc0\x80", b"\xef\xbb\xbf", b"\xff\xfe"),
]
"""What means something somewhere in the language, or goes wrong in texts of every kind."""

_INDENTATIONS: Final = (b"", b" ", b"  ", b"\t", b"    ", b"        ")

FILES: Final[dict[str, str | bytes]] = {
    "cast.story": "character Mira\n  a | img\n  image: photo.png\nlet a = rain @Mira\n",
    "other.story": "character Ida\n  a sailor\nscene\n  sails\ninclude cast.story\nscnee\n",
    "document.story": "include other.story\ninclude document.story\n",
    "photo.png": b"",
}
"""What a document may include."""


def seeds() -> tuple[list[bytes], list[bytes]]:
    """Stories with nothing wrong in them (the examples, the cases of payloads), and those of all other cases."""
    good = [path.read_text("utf-8") for path in sorted(_EXAMPLES.rglob("*.story"))]
    good += [case.story for path in sorted(CASES.glob("payload-*.txt")) for case in read_cases(path)]
    bad = [case.story for path in sorted(CASES.glob("SS*.txt")) for case in read_cases(path)]
    one, two = ([_bytes(text) for text in texts if len(text) <= _LONGEST_SEED] for texts in (good, bad))
    return one, two


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Mutator:
    """Makes documents; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - for documents, not for secrets
        self._good, self._bad = seeds()
        self._seeds = self._good + self._bad

    def document(self) -> bytes:
        """A story with one to eight mutations; of every two, one had nothing wrong in it before."""
        chance = self._random
        data = chance.choice(chance.choice((self._good, self._bad)))
        for _ in range(min(8, 1 + int(chance.expovariate(0.8)))):
            data = self.mutated(data)
        return data

    def mutated(self, data: bytes) -> bytes:
        """A document with one more mutation."""
        chance = self._random
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randrange(24))
        match chance.randrange(9):
            case 0 | 1 | 2:
                return data[:at] + chance.choice(FRAGMENTS) + data[at:]
            case 3:
                return data[:at] + data[end:]
            case 4:
                return data[:at] + data[at:end] * chance.randrange(2, 9) + data[end:]
            case 5:
                other = chance.choice(self._seeds)
                start = chance.randrange(len(other) + 1)
                return data[:at] + other[start : start + chance.randrange(80)] + data[at:]
            case 6:
                return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case kind:
                lines = data.split(b"\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                if kind == 7:
                    lines[one], lines[two] = lines[two], lines[one]
                else:
                    lines[one] = chance.choice(_INDENTATIONS) + lines[one].lstrip(b" \t")
                return b"\n".join(lines)
