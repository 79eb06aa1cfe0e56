from __future__ import annotations

import pytest
from hypothesis import settings

from storyscript.tokens.vocabulary import best_counter


@pytest.fixture(scope="session", autouse=True)
def _vocabulary() -> None:
    """Load the vocabulary before any test, for it would be charged to the one that happens to need it first."""
    best_counter()


# For a second run of all tests, which looks for other things than new examples.
settings.register_profile("few", max_examples=20)
