"""What the tests of client and fake stand on: a clock, pictures that cost nothing, canned answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import httpx

from storyscript.fake import Account, Machine, transport
from storyscript.wiro import Credentials, WiroClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storyscript.fake.frames import Frame

T = TypeVar("T")

CREDENTIALS = Credentials("test-api-key", "test-secret")
ACCOUNT = Account("test-api-key", "test-secret")
TWO_SCENES = {"prompt": "a fox", "generalPrompt": "runs #Away! | [NC] rain", "extraEventPrompts": "sleeps"}
ACCEPTED = {
    "errors": [],
    "taskid": "2221",
    "socketaccesstoken": "eDcCm5yyUfIvMFspTwww49OUfgXkQt",
    "result": True,
}


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, moment: float = 1_734_513_807.0) -> None:
        self.moment = moment
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds


def draw(frame: Frame) -> bytes:
    """A picture that says what it shows."""
    return f"{frame.number}: {frame.character} / {frame.description} / {frame.caption}".encode()


def machine_at(
    clock: Clock, *, account: Account | None = ACCOUNT, speed: float = 1.0, balance: float | None = None
) -> Machine:
    return Machine(account=account, speed=speed, balance=balance, draw=draw, now=clock)


def client_over(carrier: httpx.AsyncBaseTransport, clock: Clock, credentials: Credentials = CREDENTIALS) -> WiroClient:
    return WiroClient(
        credentials,
        base_url="https://wiro.invalid/v1",
        transport=carrier,
        now=clock,
        sleep=clock.sleep,
        random=lambda: 0.5,
    )


def client_of(machine: Machine, clock: Clock, credentials: Credentials = CREDENTIALS) -> WiroClient:
    return client_over(transport(machine), clock, credentials)


def call(client: WiroClient, action: Callable[[WiroClient], Awaitable[T]]) -> T:
    """Let a client do something, and close it."""

    async def inside() -> T:
        async with client:
            return await action(client)

    return asyncio.run(inside())


class Canned(httpx.MockTransport):
    """Gives the same answer to each request, or raises, and keeps the requests."""

    def __init__(self, answer: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, httpx.Response):
                return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
            return answer(request)

        super().__init__(handle)
