"""Trouble on order: what a test can make the service do wrong.

A fault is ordered by its name in the catalogue (`arrange`), or as an object (`order`, `always`) for what has no name.
"""

from __future__ import annotations

import threading
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from storyscript.fake.orders import Order, read_order
from storyscript.fake.ready_made import (
    EMPTY,
    FAILED_PROCESS,
    HALF,
    HTML,
    LIST,
    NO_OUTPUTS,
    UNKNOWN_STATUS,
    WRONG_SIZE,
    http,
    outputs_with,
    task_with,
)
from storyscript.fake.trouble import (
    ENDPOINTS,
    FILES,
    JSON,
    SOCKET,
    TASKS,
    Altered,
    Broken,
    Dated,
    Edited,
    Expired,
    Fate,
    Fault,
    Replaced,
    Response,
    SocketTrouble,
)

if TYPE_CHECKING:
    from storyscript.fake.trouble import RequestFault

__all__ = [
    "EMPTY",
    "ENDPOINTS",
    "FAILED_PROCESS",
    "FILES",
    "HALF",
    "HTML",
    "JSON",
    "LIST",
    "NO_OUTPUTS",
    "SOCKET",
    "TASKS",
    "UNKNOWN_STATUS",
    "WRONG_SIZE",
    "Altered",
    "Broken",
    "Dated",
    "Edited",
    "Expired",
    "Fate",
    "Fault",
    "Faults",
    "Order",
    "Replaced",
    "Response",
    "SocketTrouble",
    "http",
    "outputs_with",
    "read_order",
    "task_with",
]

_ALL_WELL = Fate()


class Faults:
    """The trouble ordered for one machine.

    Orders with a count come first, in the order in which they were given, then those for ever. Of these the first
    that happens is served, and a request gets one fault at most.

    Args:
        random: draws whether what is only probable happens; by default the same sequence in each run.

    Attributes:
        seen: how many requests came for each endpoint, faulty or not.
        happened: how often each fault of the catalogue has happened.
    """

    def __init__(self, random: Random | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self.happened: Counter[str] = Counter()
        self._random = random or Random(0)  # noqa: S311 - to be repeated, not to be secret
        self._orders: list[Order] = []
        self._lock = threading.Lock()

    def arrange(self, *orders: str | Order) -> None:
        """Order faults of the catalogue: `arrange("reset:2", "http-503@0.1/Task/Detail")`.

        Raises:
            ValueError: one of them is no such order; none was taken.
        """
        made = [read_order(order) if isinstance(order, str) else order for order in orders]
        with self._lock:
            self._orders += made

    def order(self, endpoint: str, *faults: Fault) -> None:
        """Serve these for the next requests to an endpoint (`protocol.RUN`, …, or `FILES`), one each.

        Raises:
            ValueError: there is no such endpoint, or it has no such trouble: a test would pass for nothing.
            TypeError: one of them is no fault.
        """
        self.arrange(*[Order(endpoint, fault) for fault in faults])

    def always(self, endpoint: str, fault: Fault) -> None:
        """Serve this for each request to an endpoint that nothing else is ordered for, until something else is to be.

        Raises:
            ValueError: there is no such endpoint, or it has no such trouble.
            TypeError: it is no fault.
        """
        lasting = Order(endpoint, fault, count=None)
        with self._lock:
            self._orders = [
                order
                for order in self._orders
                if order.place != endpoint or order.count is not None or order.probability < 1
            ]
            self._orders.append(lasting)

    def fail_next_task(self, message: str) -> None:
        """Let the next accepted task end with exit code 1 and this as its error."""
        self.order(TASKS, Fate(failure=message))

    def clear(self) -> None:
        """Forget all that is ordered."""
        with self._lock:
            self._orders.clear()

    def reseed(self, seed: int) -> None:
        """Draw from here on as one that begins with this seed."""
        with self._lock:
            self._random.seed(seed)

    def ordered(self) -> list[Order]:
        """What may still happen, in the order of its turn."""
        with self._lock:
            return self._in_turn()

    def take(self, endpoint: str) -> RequestFault | None:
        """The fault for a request that has just come."""
        fault = self._draw(endpoint, count=True)
        return None if isinstance(fault, Fate | SocketTrouble) else fault

    def take_fate(self) -> Fate:
        """The fate of a task that has just been accepted."""
        fate = self._draw(TASKS, count=False)
        return fate if isinstance(fate, Fate) else _ALL_WELL

    def take_socket(self) -> SocketTrouble | None:
        """What is wrong with a WebSocket that is being opened."""
        trouble = self._draw(SOCKET, count=True)
        return trouble if isinstance(trouble, SocketTrouble) else None

    def _in_turn(self) -> list[Order]:
        return sorted(self._orders, key=lambda order: order.count is None)

    def _draw(self, place: str, *, count: bool) -> Fault | None:
        with self._lock:
            self.seen[place] += count
            for order in self._in_turn() if self._orders else ():
                if order.place != place or (order.probability < 1 and self._random.random() >= order.probability):
                    continue
                order.served += 1
                if order.name:
                    self.happened[order.name] += 1
                if order.is_done:
                    self._orders.remove(order)
                return order.fault
            return None
