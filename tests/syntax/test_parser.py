from __future__ import annotations

import dataclasses
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from golden import CASES, read_cases
from storyscript.source import SourceFile
from storyscript.syntax import nodes, tables
from storyscript.syntax.lexer import LineInput, LineLexer
from storyscript.syntax.parser import _Builder, build_parser, grammar_text, parse
from strategies import stories


def test_the_grammar_has_no_conflicts() -> None:
    Lark(grammar_text(), parser="lalr", lexer=LineLexer, strict=True)


def test_the_grammar_is_in_the_package() -> None:
    assert resources.files("storyscript.syntax").joinpath("story.lark").read_text("utf-8") == grammar_text()


def test_the_tables_are_those_of_the_grammar() -> None:
    loaded = tables.load(grammar_text(), lexer=LineLexer, transformer=_Builder())
    assert loaded is not None, "the grammar or Lark has changed: `make tables`"
    made = build_parser()
    for path in CASES.glob("*.txt"):
        for case in read_cases(path):
            text: Any = case.story
            assert loaded.parse(LineInput(text)) == made.parse(LineInput(text))


def test_tables_of_another_grammar_are_left_alone() -> None:
    assert tables.load(grammar_text() + "// changed", lexer=LineLexer, transformer=_Builder()) is None


@given(st.one_of(stories, st.text()))
def test_any_text_gives_a_tree_that_covers_it(text: str) -> None:
    source = SourceFile.from_text("x", text)
    readable = source.readable
    tree = parse(readable)
    covered = bytearray(len(readable))
    for start, end in [*_leaves(tree), *((c.start, c.end) for c in tree.comments)]:
        assert 0 <= start <= end <= len(readable)
        assert not any(covered[start:end]), "two nodes for one character"
        covered[start:end] = b"\1" * (end - start)
    # What no node covers is white space: indentation, line ends, blank lines, and around comments.
    assert not "".join(sign for sign, taken in zip(readable, covered, strict=True) if not taken).strip()


@given(stories)
def test_parsing_is_a_function_of_the_text(text: str) -> None:
    assert _plain(parse(text)) == _plain(parse(text))


@given(st.binary(max_size=200))
def test_any_bytes_give_a_source(data: bytes) -> None:
    source = SourceFile.from_bytes("x", data)
    if not source.utf16:
        assert source.text.encode("utf-8", "surrogateescape") == data.removeprefix(b"\xef\xbb\xbf")
        assert len(source.readable) == len(source.text)
        for start, end in source.damage():
            assert 0 <= start < end <= len(source.text)


@pytest.mark.parametrize(
    ("text", "comments", "prose"),
    [
        ("// a", ["// a"], []),
        ("scene\n  // a\n  b", ["// a"], ["b"]),
        ("scene\n  a // b // c", ["// b // c"], ["a"]),
        ("scene\n  a //b", [], ["a //b"]),
        ("scene\n  a// b", [], ["a// b"]),
        ("scene\n  a //", ["//"], ["a"]),
        ("scene\n  //x", ["//x"], []),
        ("scene\n  https://x // y", ["// y"], ["https://x"]),
        ('scene\n  {"a // b"} // c', ["// c"], ['{"a // b"}']),
        ('scene\n  {"a // b', ["// b"], ['{"a']),
        ('scene\n  a // {"b"}', ['// {"b"}'], ["a"]),
        ('scene\n  {"//"} //x // y', ["// y"], ['{"//"} //x']),
        ('scene\n  {"a"} {"b // c"} d', [], ['{"a"} {"b // c"} d']),
        ("scene\n  a /// b", [], ["a /// b"]),
        ("scene\n  a\t//\tb", ["//\tb"], ["a"]),
    ],
)
def test_comments(text: str, comments: list[str], prose: list[str]) -> None:
    tree = parse(text)
    assert [text[c.start : c.end] for c in tree.comments] == comments
    assert [text[a:b] for a, b in _leaves(tree) if text[a:b] != "scene"] == prose


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("scene", nodes.Scene),
        ("SCENE x [nc]  ", nodes.Scene),
        ("scene[NC]", nodes.Scene),
        ("scene x y", nodes.BadHead),
        ("scene: x", nodes.BadHead),
        ("scene 1", nodes.BadHead),
        ("scenes", nodes.Bad),
        ("scene-a", nodes.Bad),
        ("\u017fcene a", nodes.Bad),
        ("event e", nodes.Event),
        ("event e [NC]", nodes.BadHead),
        ("character É-1", nodes.Character),
        ("character e\u0301", nodes.Character),
        ("character", nodes.BadHead),
        ("let x=y", nodes.Let),
        ("let x =", nodes.BadHead),
        ("section One: two", nodes.Section),
        ("include a.story", nodes.Include),
        ("title: x", nodes.Setting),
        ("anything : x", nodes.Setting),
        ("two words: x", nodes.Bad),
        ("[NC] x", nodes.Bad),
        ("\u3000x", nodes.Bad),
        ("  x", nodes.Stray),
    ],
)
def test_what_a_line_is(line: str, kind: type[nodes.Item]) -> None:
    assert [type(item) for item in parse(line).items] == [kind]


def test_a_tree() -> None:
    text = "scene a\n  x\n  caption: y\n    z\nstyle: w\n  v\nlet b = c\n  stray\n"
    scene, let, stray = parse(text).items
    assert isinstance(scene, nodes.Scene)
    assert [type(line) for line in scene.lines] == [nodes.Prose, nodes.Property, nodes.Setting, nodes.Prose]
    caption = scene.lines[1]
    assert isinstance(caption, nodes.Property)
    assert [text[more.start : more.end] for more in caption.lines] == ["z"]
    assert isinstance(let, nodes.Let)
    assert isinstance(stray, nodes.Stray)


def _leaves(tree: nodes.Tree) -> list[tuple[int, int]]:
    found = []
    for item in tree.items:
        if not isinstance(item, nodes.Stray):
            found.append((item.start, item.end))
        for line in item.lines if isinstance(item, nodes.Block) else ():
            found.append((line.start, line.end))
            found += [(more.start, more.end) for more in (line.lines if isinstance(line, nodes.Property) else ())]
    return found


def _plain(tree: nodes.Tree) -> object:
    return dataclasses.asdict(tree)
