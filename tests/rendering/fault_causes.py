"""What can be wrong with the world of a run besides what the fake does on order, and what somebody mends."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from rendering.commands import Shop


def refilled(shop: Shop) -> None:
    """Somebody puts money into the account."""
    shop.machine.balance = 1000.0


def stop_all(shop: Shop) -> None:
    """Somebody kills all tasks."""
    for task in shop.machine.tasks():
        shop.machine.kill(task)


def forget(shop: Shop) -> None:
    """The service knows nothing of its tasks any more; their ids are not given to others."""
    forgotten = {f"forgotten {number}": task for number, task in shop.machine._by_id.items()}
    shop.machine._by_id.clear()
    shop.machine._by_id.update(forgotten)


def distrust() -> ssl.SSLCertVerificationError:
    """What OpenSSL says of a certificate that nobody vouches for."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.reason, error.verify_message = "CERTIFICATE_VERIFY_FAILED", "self-signed certificate"
    return error


def fails_to_connect(cause: Exception) -> Callable[[Shop], None]:
    """No connection comes about, for this reason."""

    def begin(shop: Shop) -> None:
        def fail(_path: str) -> None:
            raise httpx.ConnectError("no connection") from cause

        shop.wire.before = fail

    return begin


def connects_again(shop: Shop) -> None:
    """It does."""
    shop.wire.before = lambda _path: None


def steps_back(shop: Shop) -> None:
    """The clock for what is compared with the service's times is an hour further back at each look."""
    looks = iter(range(10**6))
    shop.see(wall=lambda: shop.clock.time - 3600.0 * next(looks))


def loses_the_answer_and_is_wrong(seconds: float) -> Callable[[Shop], None]:
    """The answer to a Run is lost, while this machine's clock is so many seconds fast."""

    def begin(shop: Shop) -> None:
        shop.machine.faults.arrange("reset-after")
        shop.see(wall=lambda: shop.clock.time + seconds)

    return begin


def goes_right(shop: Shop) -> None:
    """The clock is put right."""
    shop.see(wall=shop.clock.now)
