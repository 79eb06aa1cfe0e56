"""What is printed for programs keeps to the published schemas, and says all there is to say."""

from __future__ import annotations

import dataclasses
import inspect
import io
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from golden import CASES, read_cases
from memory import MemoryReader
from storyscript import ir
from storyscript.cli import main
from storyscript.compiler import compile as compile_story
from storyscript.compiler import compile_source
from storyscript.diagnostics.json import render_json
from storyscript.source import SourceFile
from storyscript.syntax import nodes
from storyscript.syntax.parser import parse
from storyscript.targets.ir import meaning
from storyscript.targets.payload import payload
from storyscript.targets.plan import plan
from storyscript.targets.syntax_tree import KINDS, syntax_tree
from strategies import anything, stories

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = {
    path.name.partition(".")[0]: json.loads(path.read_text("utf-8")) for path in (ROOT / "docs/schemas").iterdir()
}
EXAMPLES = sorted((ROOT / "examples").rglob("*.story"))
FILES = MemoryReader({"cast.story": "character Mira\n  a young woman\ncharacter Tom\n  an old man\n", "photo.png": b""})
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)
VALIDATORS = {name: Draft202012Validator(schema, registry=REGISTRY) for name, schema in SCHEMAS.items()}

EVERYTHING = """\
// a comment
title: All // there is
include cast.story
let rain = grey {"rain"}
section One
character Ann
  as: the
    keeper
  a woman img
scene a [NC]
  walks @Tom home in {rain}
  steps: 5
steps: 7
  caption: late
    and later // both
scene
  sits
  caption:
event e
  lead: Ann
  snow
event
  hail
scene b c
  beneath
scne
  also beneath
section x
  stray
  caption: stray too
    and on
empty:
let = x
"""


def keeps(name: str, value: object) -> None:
    """The value is one of the schema's, as JSON has it."""
    VALIDATORS[name].validate(json.loads(json.dumps(value)))


def case_stories() -> list[str]:
    return [case.story for path in sorted(CASES.glob("*.txt")) for case in read_cases(path)]


def in_order(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """All objects of a JSON value."""
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from in_order(part)


# ---- the schemas ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_leaves_nothing_open(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:storyscript:{name}:1"
    for part in in_order(schema):
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert set(part["required"]) | {"callbackUrl"} >= set(part["properties"])
    for part in [schema, *schema.get("$defs", {}).values()]:
        assert part["description"].endswith(".")


@pytest.mark.parametrize("emit", ["payload", "jobs", "ir", "ast"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_keep_to_the_schemas(path: Path, emit: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["build", "--emit", emit, str(path)])
    out = capsys.readouterr().out
    if path.parent.name == "cast" and emit != "ast":
        assert (code, out) == (1, "")
    else:
        keeps(emit, json.loads(out))


def test_cases_keep_to_the_schemas() -> None:
    compiled = 0
    for text in case_stories():
        source = SourceFile.from_text("test.story", text)
        keeps("ast", syntax_tree(source))
        result = compile_source(source, reader=FILES)
        keeps("problems", json.loads(render_json(result.problems)))
        if result.story is not None:
            compiled += 1
            keeps("ir", meaning(result.story))
            keeps("jobs", plan(result.story))
            keeps("payload", result.payloads[0] if len(result.payloads) == 1 else result.payloads)
    assert compiled > 50


@settings(max_examples=50)  # a schema takes its time
@given(stories)
def test_any_story_keeps_to_the_schemas(text: str) -> None:
    source = SourceFile.from_text("test.story", text)
    keeps("ast", syntax_tree(source))
    result = compile_source(source, reader=FILES)
    keeps("problems", json.loads(render_json(result.problems)))
    if result.story is not None:
        keeps("ir", meaning(result.story))
        keeps("jobs", plan(result.story))


def test_what_the_page_shows_is_what_is_printed() -> None:
    page = (ROOT / "docs/json.md").read_text("utf-8")
    [text] = re.findall(r"^```story\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shown = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]
    source = SourceFile.from_text("example.story", text)
    story = compile_source(source).story
    assert story is not None
    broken = compile_source(SourceFile.from_text("broken.story", "scne\n"), fragment=True)
    assert shown == [
        *map(payload, story.jobs),
        plan(story),
        meaning(story),
        syntax_tree(source),
        json.loads(render_json(broken.problems)),
    ]


def test_the_page_names_each_field() -> None:
    page = (ROOT / "docs/json.md").read_text("utf-8")
    for schema in SCHEMAS.values():
        for part in in_order(schema):
            for name in part.get("properties", ()):
                assert f"`{name}`" in page, name


# ---- the meaning ---------------------------------------------------------------------------------------------


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_all_that_the_ir_knows_is_printed() -> None:
    story = compile_story((ROOT / "examples/squirrel.story").read_text("utf-8")).story
    assert story is not None
    printed = meaning(story)
    assert set(printed) == {"version", *(field.name for field in dataclasses.fields(ir.Story))}
    for panel in printed["panels"]:
        assert set(panel) == set(map(camel, ir.Panel._fields))
    for job in printed["jobs"]:
        assert set(job) == {field.name for field in dataclasses.fields(ir.Job)}


@settings(max_examples=50)
@given(stories)
def test_payloads_can_be_made_of_what_is_printed(text: str) -> None:
    story = compile_source(SourceFile.from_text("test.story", text), reader=FILES).story
    if story is None:
        return
    printed = json.loads(json.dumps(meaning(story)))
    panels = {}
    for panel, given_panel in zip(printed["panels"], story.panels, strict=True):
        values = {name: panel[camel(name)] for name in ir.Panel._fields if name != "span"}
        panels[panel["number"]] = ir.Panel(**values, span=given_panel.span)
        assert panels[panel["number"]] == given_panel
        assert panel["span"]["line"] == given_panel.span.first.line
    for job, given_job in zip(printed["jobs"], story.jobs, strict=True):
        scenes, events = (tuple(panels[number] for number in job.pop(kind)) for kind in ("scenes", "events"))
        # Not the order of the parameters, which is the tool's page's.
        assert payload(ir.Job(**job, scenes=scenes, events=events)) == payload(given_job)


# ---- the tree ------------------------------------------------------------------------------------------------


def kinds_of_nodes() -> set[type]:
    """All classes of nodes that a parser makes."""
    classes = {kind for _, kind in inspect.getmembers(nodes, inspect.isclass) if kind.__module__ == nodes.__name__}
    return classes - {nodes.Line, nodes.Block, nodes.Tree}


def test_each_node_has_a_kind_and_a_schema() -> None:
    assert set(KINDS) == kinds_of_nodes()
    defined = SCHEMAS["ast"]["$defs"]
    for kind in KINDS.values():
        assert defined[kind]["properties"]["kind"] == {"const": kind}
    assert set(defined) == {*KINDS.values(), "item", "piece", "span"}


def test_each_kind_of_node_is_printed_with_all_its_parts() -> None:
    printed = list(in_order(syntax_tree(SourceFile.from_text("x.story", EVERYTHING))))
    seen = {node["kind"]: node for node in printed if "kind" in node}
    assert set(seen) == set(KINDS.values())
    unsaid = {"start", "end", "type", "name_start", "value_start", "lines", "start_pos", "end_pos"}
    for kind, name in KINDS.items():
        for field in dataclasses.fields(kind):
            if field.name not in unsaid:
                assert camel(field.name) in seen[name], (name, field.name)


@settings(max_examples=50)
@given(stories | anything)
def test_a_tree_covers_each_sign_once(text: str) -> None:
    source = SourceFile.from_text("x.story", text)
    covered = [0] * len(source.text)

    def offset(line: int, column: int) -> int:
        return source.line_starts[line - 1] + column - 1

    tree = syntax_tree(source)
    for node in in_order(tree):
        place: Any = node.get("head") or node.get("span")
        if "kind" in node and node["kind"] != "stray":
            for at in range(offset(place["line"], place["column"]), offset(place["endLine"], place["endColumn"])):
                covered[at] += 1
    for sign, count in zip(source.readable, covered, strict=True):
        assert count == 1 or (count == 0 and sign.isspace())


@settings(max_examples=50)
@given(stories | anything)
def test_each_piece_is_what_stands_there(text: str) -> None:
    source = SourceFile.from_text("x.story", text)
    for node in in_order(syntax_tree(source)):
        if "text" in node:
            place = node.get("head") or node["span"]
            assert place["line"] == place["endLine"]
            assert node["text"] == source.line_text(place["line"])[place["column"] - 1 : place["endColumn"] - 1]


@settings(max_examples=50)
@given(stories)
def test_the_span_of_a_block_holds_its_lines(text: str) -> None:
    for node in in_order(syntax_tree(SourceFile.from_text("x.story", text))):
        whole: Any = node.get("span")
        for line in node.get("lines", []):
            span = line["span"]
            assert (whole["line"], whole["column"]) <= (span["line"], span["column"])
            assert (span["endLine"], span["endColumn"]) <= (whole["endLine"], whole["endColumn"])


def test_a_tree_says_what_the_parser_says() -> None:
    for text in [*case_stories(), EVERYTHING]:
        tree = parse(SourceFile.from_text("x", text).readable)
        printed = syntax_tree(SourceFile.from_text("x", text))
        assert [item["kind"] for item in printed["items"]] == [KINDS[type(item)] for item in tree.items]
        for item, node in zip(printed["items"], tree.items, strict=True):
            assert len(item.get("lines", [])) == len(getattr(node, "lines", []))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfes\0",
        b"\xc3\x28 x\r\nscene\r\n  \xff\r\n",
        "scne\n  läuft\n".encode(),
        b"x" * (16 * 1024 * 1024 + 1),
    ],
    ids=["empty", "utf-16", "invalid", "broken", "too large"],
)
def test_a_tree_is_printed_whatever_is_wrong(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["build", "--emit", "ast", "-"]) == 1
    out, err = capsys.readouterr()
    keeps("ast", json.loads(out))
    assert err.startswith("error[SS")


@pytest.mark.parametrize("emit", ["payload", "jobs", "ir", "curl"])
def test_nothing_else_is_written_of_a_story_with_errors(
    emit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.story").write_text("scene\n  a | b\n")
    assert main(["build", "--emit", emit, "a.story", "-o", "out"]) == 1
    assert main(["build", "--emit", emit, "a.story"]) == 1
    assert capsys.readouterr().out == ""
    assert not Path("out").exists()
