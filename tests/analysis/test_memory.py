"""An analysis that remembers the one before finds out what one without memory does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutations
import strategies
from storyscript.analysis.analyse import analyse
from storyscript.analysis.files import Trees
from storyscript.analysis.memory import Memory
from storyscript.analysis.panels import PanelReader
from storyscript.analysis.text import MOST_INSERTED
from storyscript.diagnostics.sink import Sink
from storyscript.source import SourceFile, Span

if TYPE_CHECKING:
    from storyscript.analysis.story import PanelText, StoryText

CAST = "character Mira\n  a girl img, red hat\n  image: https://x.org/a.png\n\ncharacter Tom\n  as: the keeper\n  old\n"
LINES = st.one_of(
    strategies.story_lines,
    st.sampled_from(
        [
            "scene c\n  @Mira meets @Tom and @Tom // storyscript: ignore SS414",
            "scene\n  Tom waves // storyscript: ignore SS414",
            "scene\n  Tom waves",
            "scene\n  img of {rain} | @Nobody",
            "scene d\n  {both}\n  caption: {both}",
            "scene d\n  lead: Nobody\n  lead: Tom\n  as: x",
            "  captoin: x",
            "  Mira: hello",
            "identity: 1",
            "captions: none",
            "main: Tom",
            "character Zoe\n  a cat",
            "let zoe = @Zoe",
            "  {zoe}'s day",
            "\x01",
        ]
    ),
)


def outcome(text: str, memory: Memory | None) -> tuple[Any, ...]:
    """Everything that an analysis says, in plain values."""
    sink = Sink()
    source = SourceFile.from_text("story.story", text)
    story = analyse(source, sink, memory=memory, fragment=True)
    return (_problems(sink, source), *_told(story))


def _problems(sink: Sink, source: SourceFile) -> list[Any]:
    def place(span: Span) -> tuple[int, int]:
        assert span.source is source
        return span.start, span.end

    return [
        (
            problem.code,
            problem.severity,
            problem.message,
            problem.hint,
            problem.more,
            place(problem.span),
            [(place(label.span), label.message) for label in problem.labels],
        )
        for problem in sink.problems()
    ]


def _told(story: StoryText) -> list[Any]:
    names = story.names
    return [
        [
            (
                panel.kind,
                panel.description,
                panel.caption,
                panel.words,
                panel.lead and panel.lead.name,
                panel.wrong,
                panel.poisoned,
                panel.text and panel.text.raw,
                panel.text and panel.text.raw and tuple(panel.text.span(0, len(panel.text.raw)))[1:],
            )
            for panel in story.panels
        ],
        [(key, character.used) for key, character in names.characters.items()],
        [(key, variable.used) for key, variable in names.all_variables.items()],
        names.excused_uses,
        [(job.lead and job.lead.name, len(job.scenes), len(job.events)) for job in story.jobs],
    ]


def compare(*texts: str) -> None:
    memory = Memory(Trees())
    for text in texts:
        assert outcome(text, memory) == outcome(text, None)


@given(st.data())
def test_it_finds_out_the_same_after_any_edits(data: st.DataObject) -> None:
    lines = [CAST, *data.draw(st.lists(LINES, max_size=12))]
    texts = ["\n".join(lines)]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["put", "change", "take", "swap", "letter"])):
            case "put":
                lines.insert(at, data.draw(LINES))
            case "change":
                lines[at] = data.draw(LINES)
            case "take" if len(lines) > 1:
                del lines[at]
            case "letter":
                column = data.draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:column] + data.draw(st.sampled_from("a #|@{}:\n")) + lines[at][column:]
            case _:
                lines[at], lines[0] = lines[0], lines[at]
        texts.append("\n".join(lines))
    compare(*texts)


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_out_the_same_of_real_stories_that_are_broken(seed: int) -> None:
    mutator = mutations.Mutator(seed)
    data = mutator.document()
    texts = []
    for _ in range(6):
        data = mutator.mutated(data)
        texts.append(data.decode("utf-8", "surrogateescape"))
    compare(*texts, texts[0])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("  @Tom waves\n", "  as: keepers\n", id="what a character is called"),
        pytest.param("scene a\n  Tom\n" * 99, "scene a\n  Tom\n" * 30, id="more problems of a code than are kept"),
        pytest.param("scene\n  {x}\n", "\n  let x = y\n", id="a definition that is indented"),
        pytest.param("scene\n  lead: Tom, Mira\n  wave\n", "scene\n  rain\n", id="a word in a lead that is no name"),
        pytest.param("scene a\x01\n", "scene a \n", id="a control character, which reads as a space"),
        pytest.param("let x = y\nscene\n  {x}\n", "let y = x\n", id="a further variable"),
        pytest.param(
            f"let x = {'y' * (MOST_INSERTED // 3)}\n" + "scene\n  {x}\n" * 3, "scene\n  {x}\n" * 2, id="bound"
        ),
    ],
)
def test_it_finds_out_the_same_where(before: str, after: str) -> None:
    text = CAST + before
    compare(text, text + after, after + text, text, CAST + after, text)


def test_it_finds_out_the_same_where_the_main_characters_description_loses_its_img() -> None:
    text = CAST + "scene\n  an img of rain\n"
    compare(text, text.replace("girl img", "girl"), text)


def test_what_did_not_change_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str | None] = []
    whole = PanelReader.read

    def watched(reader: PanelReader, panel: PanelText) -> None:
        read.append(panel.name)
        whole(reader, panel)

    monkeypatch.setattr(PanelReader, "read", watched)
    memory = Memory(Trees())
    text = CAST + "scene a\n  meets @Tom\nscene b\n  alone\nscene c\n  reads\n"
    assert outcome(text, memory)
    assert read == ["a", "b", "c"]
    outcome(text.replace("alone", "quite alone"), memory)
    assert read[3:] == ["b"]
    outcome(text.replace("alone", "quite alone").replace("  old", "  very old"), memory)
    assert read[4:] == ["a"]


def test_what_is_written_twice_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    whole = PanelReader.read

    def watched(reader: PanelReader, panel: PanelText) -> None:
        read.append(panel.block.start)
        whole(reader, panel)

    monkeypatch.setattr(PanelReader, "read", watched)
    outcome(CAST + "scene\n  meets @Tom\n" * 3, Memory(Trees()))
    assert read == [len(CAST)]
