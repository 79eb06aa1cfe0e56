"""What a project's defaults do to a story, and where their problems are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory import MemoryReader
from storyscript.analysis.defaults import Default, Defaults
from storyscript.compiler import compile_source
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from storyscript.compiler import Compilation

STORY = "character Mira\n  a girl\ncharacter Tom\n  a man\nscene\n  walks with @Tom, @Mira\n"


def project(text: str) -> Defaults:
    """Defaults as `key = "value"` lines say them; a value's `\\"` is an escape."""
    source = SourceFile.from_text("storyscript.toml", text)
    settings, at = [], 0
    for line in text.splitlines(keepends=True):
        key, _, value = line.rstrip("\n").partition(" = ")
        begin = at + len(key) + len(' = "')
        spans = Span(source, at, at + len(key)), Span(source, begin, at + len(line.rstrip("\n")) - 1)
        settings.append(Default(key, value[1:-1].replace('\\"', '"'), *spans))
        at += len(line)
    return Defaults(source, settings, "comics/storyscript.toml")


def compiled(story: str, defaults: str, **overrides: str) -> Compilation:
    lines = "".join(f"{key}: {value}\n" for key, value in overrides.items())
    return compile_source(
        SourceFile.from_text("a.story", story),
        reader=MemoryReader({"cast.story": "steps: 50\nseed: 50\n", "comics/pad.png": ""}),
        overrides=SourceFile.from_text("<--set>", lines) if lines else None,
        defaults=project(defaults),
        fragment=True,
        effort=10**6,
    )


def told(result: Compilation) -> list[tuple[str, str, int, int, str]]:
    return [
        (p.code, p.span.source.name, *p.span.first, p.span.source.text[p.span.start : p.span.end])
        for p in result.problems
    ]


def test_option_story_include_and_default_win_in_this_order() -> None:
    defaults = 'steps = "60"\nseed = "60"\nguidance = "6"\nfont-size = "60"\n'
    result = compiled("include cast.story\nsteps: 40\n" + STORY, defaults, guidance="3")
    [payload] = result.payloads
    assert [payload[key] for key in ("steps", "seed", "scale", "fontSize")] == [40, 50, "3.0", 60]
    assert result.problems == ()


def test_what_is_wrong_with_a_default_is_told_in_the_project_file() -> None:
    defaults = 'style = "Comik"\nsteps = "5000"\nmodel = "1"\nmain = "Mia"\nnegative = "mud, {blur}, rain"\n'
    assert told(compiled(STORY, defaults)) == [
        ("SS202", "storyscript.toml", 1, 10, "Comik"),
        ("SS404", "storyscript.toml", 2, 10, "5000"),
        ("SS412", "storyscript.toml", 3, 10, "1"),
        ("SS205", "storyscript.toml", 4, 9, "Mia"),
        ("SS205", "storyscript.toml", 5, 19, "blur"),
    ]


def test_a_problem_in_a_value_with_escapes_is_told_of_the_whole_value() -> None:
    assert told(compiled(STORY, 'negative = "a \\"b\\" {blur}"\n')) == [
        ("SS205", "storyscript.toml", 1, 13, 'a \\"b\\" {blur}')
    ]


def test_a_problem_of_a_key_is_told_of_the_key() -> None:
    assert told(compiled(STORY, 'identity = "3"\n')) == [("SS407", "storyscript.toml", 1, 1, "identity")]


def test_only_what_holds_can_be_wrong() -> None:
    defaults = 'style = "Comik"\nsteps = "5000"\nmain = "Nobody"\n'
    assert told(compiled("style: Line art\nmain: Tom\n" + STORY, defaults, steps="30")) == []


def test_a_wrong_value_of_the_story_is_one_problem() -> None:
    assert [p.code for p in compiled("style: Comik\n" + STORY, 'style = "Comek"\n').problems] == ["SS202"]


def test_a_fragment_and_a_story_without_characters_need_nothing_of_the_project() -> None:
    assert told(compiled("character Tom\n  a man\n", 'main = "Mira"\nnegative = "{blur}"\n')) == []
    result = compiled("scene [NC]\n  rain\n", 'main = "Mira"\nsteps = "40"\n')
    assert (result.problems, result.payloads[0]["steps"]) == ((), 40)
    assert [p.code for p in compiled("scene\n  rain\n", 'main = "Mira"\n').problems] == ["SS210"]


def test_a_file_is_looked_for_beside_the_project_file() -> None:
    assert compiled(STORY, 'pad-image = "pad.png"\n').payloads[0]["inputImageUrl"] == "file:comics/pad.png"
    assert told(compiled(STORY, 'pad-image = "gone.png"\n')) == [("SS206", "storyscript.toml", 1, 14, "gone.png")]


def test_fixes_of_the_story_are_tried_with_the_defaults() -> None:
    story = "character Mira\n  a girl\nscene a\n  walks\nscene b [NC]\n  rain\nscene c\n  runs\n"
    result = compiled(story, 'identity = "2"\n')
    [problem] = result.problems
    assert (problem.code, problem.fix is not None) == ("SS401", True)
    assert compiled(story, 'identity = "2"\nreorder = "yes"\n').problems == ()
