from __future__ import annotations

import pytest

from invariants import check_document
from memory import MemoryReader
from mutations import FILES, Mutator


@pytest.mark.parametrize("seed", range(8))
def test_mutated_stories_keep_every_promise(seed: int) -> None:
    # Millions more by `python -m benchmarks.fuzz`.
    mutator, reader = Mutator(seed), MemoryReader(FILES)
    for number in range(60):
        check_document(mutator.document(), reader, fragment=number % 4 == 0, shown=number % 8 == 0)
