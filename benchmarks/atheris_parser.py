"""The parser under atheris, which looks for bytes that take new ways through it: `python -m benchmarks.atheris_parser`.

Every input of at most 512 bytes goes through `SourceFile` and the parser, and every character of it must belong to one
node. Both are instrumented; Lark's loop is not, for it is driven by tables and its own lines say nothing. `-runs=N` and
libFuzzer's other options may follow.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import chain
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' folder is no package

with atheris.instrument_imports(include=["storyscript.source", "storyscript.syntax"]):
    from storyscript.source import SourceFile
    from storyscript.syntax import parser

from invariants import check_parse
from mutations import FRAGMENTS, seeds

_LONGEST = 512
_RUNS = 5_000_000


def _try(data: bytes) -> None:
    check_parse(SourceFile.from_bytes("document.story", data))


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> None:
    parser.parse("")  # the tables are loaded once, and not as a part of the first input
    with tempfile.TemporaryDirectory() as folder:
        corpus, words = Path(folder, "corpus"), Path(folder, "words")
        corpus.mkdir()
        for number, seed in enumerate(chain(*seeds())):
            (corpus / str(number)).write_bytes(seed[:_LONGEST])
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in FRAGMENTS), "ascii")
        options = [f"-max_len={_LONGEST}", f"-dict={words}", f"-runs={_RUNS}", "-timeout=10", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], _try)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
