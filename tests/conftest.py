from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from storyscript.tokens.vocabulary import best_counter


@pytest.fixture(scope="session", autouse=True)
def _vocabulary() -> None:
    """Load the vocabulary before any test, for it would be charged to the one that happens to need it first."""
    best_counter()


# A shell that runs the tests in the background has them ignore Ctrl-C, and all programs that they start inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine may pause at any moment, and no example here is about time. Where `CI` is set the examples are the same each
# time: a change is judged by what it changes, and new examples are looked for where somebody can look at them.
_PROFILE = "anywhere"
settings.register_profile(
    _PROFILE,
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(_PROFILE)
# For a second run of all tests, which looks for other things than new examples.
settings.register_profile("few", settings.get_profile(_PROFILE), max_examples=20)
