from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from golden import CASES, check_cases
from mutations import Mutator
from storyscript.editing.folding import Fold, Kind, folds
from storyscript.source import SourceFile
from storyscript.syntax.parser import parse
from strategies import anything, stories

mutated = st.integers(0, 2**32).map(lambda seed: Mutator(seed).document().decode("utf-8", "surrogateescape"))


def folds_of(source: SourceFile) -> list[Fold]:
    return folds(source.readable, parse(source.readable))


def shown(text: str) -> str:
    source = SourceFile.from_text("story.story", text)
    found = []
    for fold in folds_of(source):
        first, last = source.position(fold.start).line, source.position(fold.end).line
        found.append(f"{first}-{last} {fold.kind.name.lower()}: {source.line_text(first)} … {source.line_text(last)}")
    return "\n".join(found) or "nothing"


def test_folds() -> None:
    check_cases(CASES / "folding.txt", shown)


@given(st.one_of(anything, stories, mutated))
def test_a_fold_hides_a_line_and_ends_with_no_blank_one(text: str) -> None:
    source = SourceFile.from_text("story.story", text)
    for fold in folds_of(source):
        first, last = source.position(fold.start).line, source.position(fold.end).line
        assert first < last
        assert source.readable[fold.start : fold.end].strip()
        assert source.line_text(last).strip()


@given(st.one_of(stories, mutated))
def test_folds_lie_in_each_other_or_apart(text: str) -> None:
    found = [fold for fold in folds_of(SourceFile.from_text("story.story", text)) if fold.kind is not Kind.COMMENTS]
    open_folds: list[Fold] = []
    for fold in found:
        while open_folds and open_folds[-1].end <= fold.start:
            open_folds.pop()
        assert not open_folds or fold.end <= open_folds[-1].end
        open_folds.append(fold)
