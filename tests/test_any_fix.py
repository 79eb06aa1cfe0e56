from __future__ import annotations

import pytest
from hypothesis import given, settings

from mending import check_fixes
from mutations import FILES, Mutator
from slips import Slips
from strategies import stories


@pytest.mark.parametrize("seed", range(8))
def test_fixes_of_stories_with_slips_only_mend(seed: int) -> None:
    slips = Slips(seed)
    found = sum(check_fixes(slips.document(), FILES, fragment=number % 4 == 0) for number in range(24))
    assert found > 0


@pytest.mark.parametrize("seed", range(4))
def test_fixes_of_mutated_stories_only_mend(seed: int) -> None:
    mutator = Mutator(seed)
    for number in range(24):
        check_fixes(mutator.document(), FILES, fragment=number % 4 == 0)


def test_a_damaged_character_without_text_has_no_place_for_a_word() -> None:
    check_fixes(b"character Mira\n\x1f\n  image: https://example.org/x.png", FILES, fragment=True)


@given(stories)
@settings(max_examples=60)
def test_fixes_of_any_text_only_mend(text: str) -> None:
    check_fixes(text.encode("utf-8", "surrogatepass"), FILES, fragment=False)
