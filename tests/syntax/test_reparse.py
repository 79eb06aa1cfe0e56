"""Parsing what has changed gives the tree that parsing the whole would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from storyscript.syntax.parser import parse
from storyscript.syntax.reparse import reparse

TEXTS = st.one_of(
    st.lists(strategies.story_lines, max_size=20).map("\n".join),
    strategies.anything,
)
PARTS = st.one_of(st.sampled_from(["", "\n", " ", "\t", "//", "scene", "x", ":", "\n\n", "  "]), TEXTS)

EVERYTHING = """\
  astray

title: A
steps: 3
let rain = grey {sky}
  astray, too
  image: x
seed: 1
size: 2
include cast.story
nothing
character Mira
  a girl
  as: Mi
    ra
scene a [NC]
  image: x
  walks // so
style: x
  on
// alone
scene:
  x
event
  @Mira
section S
scne b
  y
"""
"""Statements and lines of every kind, of which each moves in its own way."""


@given(st.data())
def test_it_is_the_tree_of_the_whole_after_any_edits(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    tree = parse(text)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        old_end = data.draw(st.integers(start, min(len(text), start + data.draw(st.sampled_from([0, 1, 3, 40])))))
        part = data.draw(PARTS)
        new = text[:start] + part + text[old_end:]
        tree = reparse(tree, text, new, start, old_end, start + len(part))
        assert tree == parse(new)
        text = new


@pytest.mark.parametrize(
    ("taken", "put"), [(0, "x"), (0, "\n"), (0, "\n\nlet x = y"), (1, ""), (1, "\n  "), (9, "a: b\n")]
)
def test_it_is_the_tree_of_the_whole_after_an_edit_anywhere(taken: int, put: str) -> None:
    for start in range(len(EVERYTHING) + 1):
        old_end = min(start + taken, len(EVERYTHING))
        new = EVERYTHING[:start] + put + EVERYTHING[old_end:]
        again = reparse(parse(EVERYTHING), EVERYTHING, new, start, old_end, start + len(put))
        assert again == parse(new), start


def test_statements_away_from_the_change_are_the_same_objects() -> None:
    text = "title: A\n\nscene a\n  one\n\nscene b\n  two // so\n\nscene c\n  three // or so\n"
    tree = parse(text)
    before, behind = tree.items[1], tree.items[3]
    new = text.replace("two", "two and more")
    again = reparse(tree, text, new, text.index("two"), text.index("two") + 3, text.index("two") + 12)
    assert again.items[1] is before
    assert again.items[3] is behind
    assert again == parse(new)
