"""What an editor asks of a story of a thousand scenes, and what each answer costs, beside one parse of the story.

.venv-dev/bin/python -m benchmarks.asking
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.inputs import story
from benchmarks.measure import compare
from benchmarks.table import Row, Side
from lsprotocol import types

from storyscript.editing.folding import folds
from storyscript.editing.hints import hints
from storyscript.editing.lenses import lenses
from storyscript.editing.links import links
from storyscript.editing.outline import outline
from storyscript.editing.tokens import tokens
from storyscript.lsp import annotating, colouring, folding, formatting, linking, outlining
from storyscript.lsp.workspace import Workspace
from storyscript.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyscript.lsp.sight import Sight

_SCENES: Final = 1000
_URI: Final = "untitled:story"
_SCREEN: Final = 60
"""Lines that an editor shows at once."""
_ROUNDS: Final = 12


def asking(*, quick: bool) -> Iterator[Row]:
    """Each question to `storyscript.editing`, and with the answer in the protocol's types, and a parse of the text."""
    text = story(_SCENES)
    sight = _sight(text)
    for what, target, ask in [*_queries(sight), *_answers(sight)]:
        found = compare(ask, lambda: parse(text), 3 if quick else _ROUNDS)
        first, second = found.best
        yield Row(
            what=f"{what} : parse(), time",
            ratio=first / second,
            side=Side.AT_MOST,
            target=target,
            spread=found.spread,
            seen=f"{first * 1000:.1f} : {second * 1000:.1f} ms",
        )


def _sight(text: str) -> Sight:
    workspace = Workspace()
    workspace.open(_URI, 1, text)
    sight = workspace.sight(_URI)
    if sight is None:
        raise RuntimeError("the text was opened a line ago")
    return sight


def _queries(sight: Sight) -> Iterator[tuple[str, float, Callable[[], object]]]:
    text, tree, view, file = sight.source.readable, sight.tree, sight.view, sight.file
    yield "outline", 1, lambda: outline(text, tree)
    yield "folds", 1, lambda: folds(text, tree)
    yield "tokens", 1, lambda: tokens(text, tree)
    yield "links", 1, lambda: list(links(text, tree))
    yield "hints of all", 1, lambda: list(hints(view, file, 0, len(text)))
    yield "lenses", 1, lambda: list(lenses(view, file))


def _answers(sight: Sight) -> Iterator[tuple[str, float, Callable[[], object]]]:
    document = types.TextDocumentIdentifier(_URI)
    middle = sight.position(len(sight.source.text) // 2)
    screen = types.Range(middle, types.Position(middle.line + _SCREEN, 0))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    asked: dict[str, tuple[float, Callable[[Sight, Any], object], object]] = {
        "outline": (2, outlining.answer, types.DocumentSymbolParams(document)),
        "folds": (2, folding.answer, types.FoldingRangeParams(document)),
        "tokens": (2, colouring.answer, types.SemanticTokensParams(document)),
        "tokens of a screen": (0.1, colouring.answer_range, types.SemanticTokensRangeParams(document, screen)),
        "links": (1, linking.answer, types.DocumentLinkParams(document)),
        "hints of a screen": (0.1, annotating.answer_hints, types.InlayHintParams(document, screen)),
        "lenses": (2, annotating.answer_lenses, types.CodeLensParams(document)),
        "formatting": (2, formatting.answer, types.DocumentFormattingParams(document, options)),
    }
    for what, (target, answer, params) in asked.items():
        yield f"{what}, answered", target, partial(answer, sight, params)
