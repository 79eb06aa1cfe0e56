"""SS409 names the first word that is not read: what stands before it fits, and with it no more does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.compiler import compile_source
from storyscript.source import SourceFile
from storyscript.tokens.estimate import TokenEstimate
from storyscript.tokens.vocabulary import TokenVocabulary
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from storyscript.tokens.counter import TokenCounter

EXACT = TokenVocabulary()
COUNTERS = pytest.mark.parametrize("counter", [EXACT, TokenEstimate()], ids=["exact", "estimate"])
STYLES = story_diffusion_advanced().style_tokens

word = st.sampled_from(
    ["lantern", "keeper,", "don't", "blue-eyed", "1962", "sgraffito", "naïve", "маяк", "(soft)", "x", "wolpertinger;"]
)
texts = st.lists(word, min_size=1, max_size=60).map(" ".join)


def compiled(story: str, counter: TokenCounter) -> list[tuple[str, int]]:
    result = compile_source(SourceFile.from_text("x.story", story), counter=counter)
    assert result.story is not None
    return [(problem.code, problem.span.start) for problem in result.problems]


@COUNTERS
@given(lead=texts, panel=texts, style=st.sampled_from(sorted(STYLES)), spaces=st.sampled_from([" ", "  ", "\n  "]))
def test_the_word_is_the_first_that_is_not_read(
    counter: TokenCounter, lead: str, panel: str, style: str, spaces: str
) -> None:
    story = f"style: {style}\ncharacter Mira\n  {lead.replace(' ', spaces)}\nscene\n  {panel.replace(' ', spaces)}\n"
    room = 75 - STYLES[style].before
    found = compiled(story, counter)
    prompt = f"{lead},{panel}"
    if not found:
        # At most signs are left over, such as the bracket that closes the last word.
        rest = prompt[counter.starts(prompt)[room] :] if len(counter.starts(prompt)) > room else ""
        assert not any(map(str.isalnum, rest))
        return
    [(code, start)] = found
    assert code == "SS409"
    # The same place in the prompt: so many words of the lead or of the panel stand before it.
    scene = story.index("scene\n")
    head = story.index("Mira\n") + 5 if start < scene else scene + 6
    before = " ".join(story[head:start].split())
    at = len(before) + (story[start - 1].isspace() and before != "")
    if start > scene:
        at += len(lead) + 1
    seen, rest = prompt[:at], prompt[at:]
    assert story[start] == rest[0]
    assert len(counter.starts(seen.rstrip(" ,;()-"))) <= room
    end = at + len(rest.split()[0])
    assert len(counter.starts(prompt[:end])) > room


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_style_takes_its_share(style: str) -> None:
    room = 75 - STYLES[style].before
    story = "style: {}\nscene [NC]\n  {}\n"
    assert compiled(story.format(style, " ".join(["cat"] * room)), EXACT) == []
    [(code, _)] = compiled(story.format(style, " ".join(["cat"] * (room + 1))), EXACT)
    assert code == "SS409"


@COUNTERS
def test_a_text_beyond_any_measure_is_looked_at_in_part(counter: TokenCounter) -> None:
    source = SourceFile.from_text("x.story", f"scene [NC]\n  {'cat ' * 500_000}\n")
    [problem] = compile_source(source, counter=counter).problems
    assert problem.span.start == len("scene [NC]\n  ") + len("cat ") * 74
    assert "more than 2051" in problem.message


def test_a_panel_whose_lead_is_too_long_keeps_its_ignore() -> None:
    lead = " ".join(["cat"] * 80)
    story = f"character Mira\n  {lead}\nscene\n  waits // storyscript: ignore SS409\n"
    assert [code for code, _ in compiled(story, EXACT)] == ["SS409"]


def test_many_long_panels_are_counted_and_not_all_listed() -> None:
    story = f"scene [NC]\n  {' '.join(['cat'] * 80)}\n" * 130
    source = SourceFile.from_text("x.story", story)
    problems = compile_source(source, counter=EXACT).problems
    assert len(problems) == 101
    assert "and 30 more of SS409" in problems[-1].message
