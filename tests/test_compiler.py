from __future__ import annotations

import gc
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory import MemoryReader
from storyscript.compiler import Compilation, compile_source
from storyscript.compiler import compile as compile_story
from storyscript.diagnostics import catalog
from storyscript.diagnostics.model import Severity
from storyscript.encoding import Scene, decode, encode
from storyscript.source import SourceFile
from storyscript.targets.payload import payload
from storyscript.targets.plan import plan
from strategies import stories

FILES = MemoryReader({"other.story": "character Ida\n  a sailor\n", "other.png": b""})


def assert_sound(result: Compilation, text: str) -> None:
    for problem in result.problems:
        assert problem.code in catalog.TITLES
        assert problem.severity is catalog.severity(problem.code)
        assert 0 <= problem.span.start <= problem.span.end <= len(problem.span.source.text)
        assert "\n" not in problem.message
    own = [(p.span.start, p.span.end) for p in result.problems if p.span.source.name == "x"]
    assert own == sorted(own)
    assert result.has_errors is (result.story is None)
    for job in result.jobs:
        sent = payload(job)
        assert decode(sent["generalPrompt"]) == [Scene(p.description, p.caption, p.no_character) for p in job.scenes]
        assert encode(decode(sent["generalPrompt"])) == sent["generalPrompt"]
        assert len(sent) == 16 + ("callbackUrl" in sent)
    assert sorted(p.number for job in result.jobs for p in job.panels) == [
        *range(1, len(result.story.panels if result.story else ()) + 1)
    ], text


@given(st.one_of(stories, st.text()))
@settings(max_examples=300)
def test_any_text_compiles_or_says_why_not(text: str) -> None:
    assert_sound(compile_story(text, name="x", reader=FILES), text)


@given(st.binary(max_size=300))
def test_any_bytes_compile_or_say_why_not(data: bytes) -> None:
    assert_sound(compile_source(SourceFile.from_bytes("x", data), reader=FILES), repr(data))


@given(stories)
def test_a_fragment_has_all_the_problems_of_the_story_but_what_it_lacks(text: str) -> None:
    source = SourceFile.from_text("x", text)
    whole = compile_source(source, reader=FILES).problems
    fragment = compile_source(source, reader=FILES, fragment=True).problems
    assert [p.code for p in fragment] == [p.code for p in whole if "neither scene nor event" not in p.message]


def test_every_code_of_the_catalogue_has_a_case() -> None:
    from golden import CASES  # noqa: PLC0415 - only this test reads all cases as text

    seen = "".join(path.read_text("utf-8") for path in CASES.glob("*.txt"))
    assert [code for code in catalog.TITLES if f"{code} " not in seen] == []


def test_without_a_reader_a_file_is_a_problem() -> None:
    [problem] = compile_story("include other.story\n").problems
    assert problem.code == "SS206"
    assert "reader" in (problem.hint or "")


def test_warnings_do_not_keep_a_story_from_compiling() -> None:
    result = compile_story("steps: 7\nscene [NC]\n  x\n")
    assert [p.severity for p in result.problems] == [Severity.WARNING]
    assert len(result.payloads) == 1


def test_payloads_are_new_at_each_call() -> None:
    result = compile_story("scene [NC]\n  x\n")
    result.payloads[0]["prompt"] = "changed"
    assert result.payloads[0]["prompt"] == ""


def test_settings_from_outside_win_over_the_storys() -> None:
    source = SourceFile.from_text("x", "steps: 40\nseed: 1\nscene [NC]\n  x\n")
    overrides = SourceFile.from_text("<--set>", "steps: 50\ntitle: Other\n")
    result = compile_source(source, overrides=overrides)
    assert result.story is not None
    assert (result.payloads[0]["steps"], result.payloads[0]["seed"], result.story.title) == (50, 1, "Other")


def test_the_title_of_a_story_without_one_is_its_files_name() -> None:
    result = compile_story("scene [NC]\n  x\n", name="stories/the lamp.story")
    assert result.story is not None
    assert result.story.title == "the lamp"


def test_the_plan_names_the_panel_behind_each_segment() -> None:
    text = (
        "reorder: yes\ncharacter Mira\n  a girl\nsection One\nscene a [NC]\n  a lamp\nscene\n  walks\nevent e\n  snow\n"
    )
    result = compile_story(text, name="s/x.story")
    assert result.story is not None
    [job] = plan(result.story)["jobs"]
    assert job["order"] == [2, 1, 3]
    assert " | ".join(panel["segment"] for panel in job["panels"][:2]) == job["parameters"]["generalPrompt"]
    assert job["panels"][1] == {
        "number": 1,
        "kind": "scene",
        "name": "a",
        "section": "One",
        "segment": "[NC] a lamp",
        "words": "a lamp",
        "noCharacter": True,
        "source": {"file": "s/x.story", "line": 5, "column": 1, "endLine": 5, "endColumn": 13},
    }


@pytest.mark.parametrize("size", [100, 200_000])
def test_the_garbage_collector_is_left_as_it_was(size: int) -> None:
    gc.disable()
    try:
        compile_story("scene [NC]\n  x" + "x" * size)
        assert not gc.isenabled()
    finally:
        gc.enable()
    compile_story("scene [NC]\n  x" + "x" * size)
    assert gc.isenabled()


def test_threads_compile_side_by_side() -> None:
    text = "character Mira\n  a girl\n" + "".join(f"scene s{n}\n  walks {n}\n  caption: c\n    d\n" for n in range(300))
    expected = compile_story(text).payloads
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(compile_story(text).payloads)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


def test_a_chain_of_includes_deeper_than_pythons_stack() -> None:
    depth = 3000
    files: dict[str, str | bytes] = {f"f{n}.story": f"include f{n + 1}.story\n" for n in range(depth)}
    files[f"f{depth}.story"] = "scene [NC]\n  deep\n"
    result = compile_story("include f0.story\n", reader=MemoryReader(files))
    assert result.payloads[0]["generalPrompt"] == "[NC] deep"
