from __future__ import annotations

import pytest

from storyscript import protocol
from storyscript.fake.timeline import WORK_SECONDS, Timeline

MOMENTS = [
    (-5.0, protocol.STATUS_QUEUE),
    (0.0, protocol.STATUS_QUEUE),
    (0.59, protocol.STATUS_QUEUE),
    (0.6, protocol.STATUS_ACCEPT),
    (0.8, protocol.STATUS_PREPROCESS_START),
    (1.2, protocol.STATUS_PREPROCESS_END),
    (1.4, protocol.STATUS_ASSIGN),
    (1.6, protocol.STATUS_START),
    (2.0, protocol.STATUS_OUTPUT),
    (4.9, protocol.STATUS_OUTPUT),
    (5.0, protocol.STATUS_OUTPUT_FULL),
    (5.2, protocol.STATUS_END),
    (5.4, protocol.STATUS_POSTPROCESS_START),
    (5.99, protocol.STATUS_POSTPROCESS_START),
    (6.0, protocol.STATUS_POSTPROCESS_END),
    (1e9, protocol.STATUS_POSTPROCESS_END),
]


@pytest.mark.parametrize(("elapsed", "status"), MOMENTS)
@pytest.mark.parametrize("speed", [0.01, 0.5, 1.0, 3.0])
def test_life_cycle(elapsed: float, status: str, speed: float) -> None:
    # From 0, so that no rounding moves a moment.
    assert Timeline(0.0, speed).status(elapsed * speed) == status


def test_speed_0_finishes_at_once() -> None:
    assert Timeline(100.0, 0).status(100.0) == protocol.STATUS_POSTPROCESS_END


def test_every_status_has_its_time() -> None:
    begins = [Timeline(0.0, 1.0).begin(status) for status in protocol.LIFE_CYCLE]
    assert begins == sorted(set(begins))
    assert begins[-1] == WORK_SECONDS
