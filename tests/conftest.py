from __future__ import annotations

import pytest

from storyscript.tokens.vocabulary import best_counter


@pytest.fixture(scope="session", autouse=True)
def _vocabulary() -> None:
    """Load the vocabulary before any test, for it would be charged to the one that happens to need it first."""
    best_counter()
