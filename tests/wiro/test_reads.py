from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript import protocol
from storyscript.errors import (
    CredentialsError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
    UnreachableError,
)
from storyscript.fake import Account, faults
from wiro.standins import CREDENTIALS, TWO_SCENES, Canned, Clock, call, client_of, client_over, machine_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyscript.fake import Machine
    from storyscript.wiro import Task, WiroClient

DETAIL = {"result": True, "errors": [], "total": "1", "tasklist": [{"id": "2221", "status": "task_queue"}]}


async def detail(client: WiroClient) -> Task:
    return await client.task_detail("2221")


async def cancel(client: WiroClient) -> Task:
    return await client.cancel("2221")


async def kill(client: WiroClient) -> Task:
    return await client.kill("2221")


def running(clock: Clock, *, speed: float = 1.0) -> Machine:
    machine = machine_at(clock, speed=speed)
    call(client_of(machine, clock), lambda client: client.run(TWO_SCENES))
    return machine


def test_a_whole_life_with_a_nonce_for_each_request() -> None:
    clock = Clock()
    machine = machine_at(clock, account=Account("test-api-key", "test-secret", strict_nonce=True))

    async def live(client: WiroClient) -> list[str]:
        submission = await client.run(TWO_SCENES)
        statuses = []
        while True:
            task = await client.task_detail(submission.taskid)
            statuses.append(task.status)
            if task.is_terminal:
                assert task.succeeded
                assert [output.name for output in task.outputs] == ["0.png", "1.png", "2.png"]
                return statuses
            await clock.sleep(0.1)

    assert tuple(dict.fromkeys(call(client_of(machine, clock), live))) == protocol.LIFE_CYCLE


@pytest.mark.parametrize(
    "trouble",
    [
        faults.Broken("unreachable"),
        faults.Broken("reset"),
        faults.Broken("timeout"),
        faults.http(408),
        faults.http(429),
        faults.http(500, b"<h1>500"),
        faults.http(503),
    ],
    ids=str,
)
def test_detail_is_asked_again(trouble: faults.Fault) -> None:
    clock = Clock()
    machine = running(clock)
    machine.faults.order(protocol.TASK_DETAIL, trouble, trouble, trouble)
    assert call(client_of(machine, clock), detail).id == "2221"
    assert machine.faults.seen[protocol.TASK_DETAIL] == 4
    assert clock.slept == [0.5, 1.0, 2.0]


def test_each_attempt_is_signed_anew() -> None:
    carrier = Canned(httpx.Response(503))
    with pytest.raises(UnreachableError):
        call(client_over(carrier, Clock()), detail)
    nonces = [int(request.headers["x-nonce"]) for request in carrier.requests]
    assert nonces == sorted(set(nonces))
    assert len({request.headers["x-signature"] for request in carrier.requests}) == 4
    assert json.loads(carrier.requests[0].content) == {"taskid": "2221"}


def test_the_services_wait_is_honoured() -> None:
    clock = Clock()
    machine = running(clock)
    machine.faults.order(
        protocol.TASK_DETAIL,
        faults.http(429, retry_after="7"),
        faults.http(503, retry_after="Wed, 18 Dec 2024 09:23:44 GMT"),
        faults.http(503, retry_after="tomorrow"),
    )
    call(client_of(machine, clock), detail)
    assert clock.slept == [7.0, 10.0, 2.0]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (faults.Broken("unreachable"), UnreachableError),
        (faults.Broken("reset"), UnreachableError),
        (faults.http(502, b"<h1>502"), UnreachableError),
        (faults.http(429, retry_after="3"), LimitError),
    ],
    ids=str,
)
def test_it_gives_up(trouble: faults.Fault, error: type[StoryscriptError]) -> None:
    clock = Clock()
    machine = running(clock)
    machine.faults.always(protocol.TASK_DETAIL, trouble)
    with pytest.raises(error) as caught:
        call(client_of(machine, clock), detail)
    assert type(caught.value) is error
    assert machine.faults.seen[protocol.TASK_DETAIL] == 4


MALFORMED = {
    "html": (httpx.Response(200, html="<!doctype html>"), "is HTML"),
    "blank html": (httpx.Response(200, content=b"\n  <html>"), "is HTML"),
    "list": (httpx.Response(200, json=[DETAIL]), "no object"),
    "number": (httpx.Response(200, json=5), "no object"),
    "half": (httpx.Response(200, content=json.dumps(DETAIL)[:-9].encode()), "not JSON"),
    "two": (httpx.Response(200, content=b"{}{}"), "not JSON"),
    "deep": (httpx.Response(200, content=b"[" * 200_000), "nested too deeply"),
    "deep object": (httpx.Response(200, content=b'{"a":' * 200_000), "nested too deeply"),
    "nan": (httpx.Response(200, content=b'{"result": true, "x": NaN}'), "NaN"),
    "infinity": (httpx.Response(200, content=b'{"result": true, "x": -Infinity}'), "Infinity"),
    "huge float": (httpx.Response(200, content=b'{"result": true, "x": 1e999}'), "too large"),
    "huge int": (httpx.Response(200, content=b'{"result": true, "x": ' + b"9" * 9999 + b"}"), "too large"),
    "field twice": (httpx.Response(200, content=b'{"result": true, "result": false}'), "twice"),
    "not utf-8": (httpx.Response(200, content=b'{"result": "\xff"}'), "UTF-8"),
    "utf-16": (httpx.Response(200, content=json.dumps(DETAIL).encode("utf-16")), "UTF-8"),
    "half a character": (
        httpx.Response(200, content=b'{"result": true, "x": "\\ud83d"}'),
        "half a character",
    ),
    "empty": (httpx.Response(200), "is empty"),
    "white space": (httpx.Response(200, content=b" \n"), "is empty"),
    "no result": (httpx.Response(200, json={"tasklist": []}), "result"),
    "result no boolean": (httpx.Response(200, json={**DETAIL, "result": "true"}), "result"),
    "errors no list": (httpx.Response(200, json={**DETAIL, "errors": {"code": 1}}), "errors"),
    "errors no objects": (httpx.Response(200, json={**DETAIL, "errors": ["no"]}), "errors"),
    "no tasklist": (httpx.Response(200, json={"result": True}), "tasklist"),
    "tasklist no list": (httpx.Response(200, json={**DETAIL, "tasklist": {}}), "tasklist"),
    "task no object": (httpx.Response(200, json={**DETAIL, "tasklist": ["2221"]}), "no object"),
    "task without id": (httpx.Response(200, json={**DETAIL, "tasklist": [{"status": "task_queue"}]}), "id"),
    "task without status": (httpx.Response(200, json={**DETAIL, "tasklist": [{"id": "2221"}]}), "status"),
    "another task": (
        httpx.Response(200, json={**DETAIL, "tasklist": [{"id": "2222", "status": "task_queue"}]}),
        "another task",
    ),
    "too large": (httpx.Response(200, content=b" " * (8 * 1024 * 1024 + 1)), "larger than"),
    "404 html": (httpx.Response(404, html="<h1>404"), "is HTML"),
    "400, but yes": (httpx.Response(400, json=DETAIL), "contradicts"),
    "redirect": (httpx.Response(302, headers={"location": "https://x.invalid/"}), "redirect"),
    "redirect to nowhere": (httpx.Response(307), "redirect"),
}


@pytest.mark.parametrize(("answer", "flaw"), MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("action", [detail, cancel, kill])
def test_malformed_answers(action: Callable[[WiroClient], object], answer: httpx.Response, flaw: str) -> None:
    carrier = Canned(answer)
    with pytest.raises(MalformedAnswerError, match=flaw) as caught:
        call(client_over(carrier, Clock()), action)  # type: ignore[arg-type]  # all three are coroutine functions
    message = str(caught.value)
    assert type(caught.value) is MalformedAnswerError
    assert message.startswith("/Task/")
    assert message.isprintable()
    assert len(message) < 300
    assert caught.value.__cause__ is None
    assert len(carrier.requests) == 1


def test_a_compressed_answer_is_not_unpacked() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b"))

    with pytest.raises(MalformedAnswerError, match="compressed"):
        call(client_over(Canned(answer), Clock()), detail)


def test_numbers_for_ids_and_a_byte_order_mark_are_read() -> None:
    content = b'\xef\xbb\xbf{"result": true, "tasklist": [{"id": 2221, "status": "task_queue"}]}'
    assert call(client_over(Canned(httpx.Response(200, content=content)), Clock()), detail).id == "2221"


def test_no_such_task() -> None:
    clock = Clock()
    with pytest.raises(RefusedError, match="There is no task yet") as caught:
        call(client_of(machine_at(clock), clock), detail)
    assert caught.value.code == 1
    nothing = httpx.Response(200, json={"result": True, "errors": [], "total": "0", "tasklist": []})
    with pytest.raises(RefusedError, match="no such task") as caught:
        call(client_over(Canned(nothing), clock), detail)
    assert caught.value.code == 1


def test_refused_credentials() -> None:
    no = {"result": False, "errors": [{"code": 0, "message": f"Key {CREDENTIALS.key} is unknown."}]}
    with pytest.raises(CredentialsError, match=r"Key \*\*\* is unknown"):
        call(client_over(Canned(httpx.Response(401, json=no)), Clock()), detail)


def test_a_token_that_was_seen_is_hidden() -> None:
    token = "eDcCm5yyUfIvMFspTwww49OUfgXkQt"
    seen = {**DETAIL, "tasklist": [{"id": "2221", "status": "task_queue", "socketaccesstoken": token}]}
    no = {"result": False, "errors": [{"code": 0, "message": f"Bad token {token}"}]}
    answers = iter([seen, no])

    async def both(client: WiroClient) -> None:
        await client.task_detail("2221")
        await client.task_detail("2221")

    with pytest.raises(RefusedError, match=r"Bad token \*\*\*"):
        call(client_over(Canned(lambda _: httpx.Response(200, json=next(answers))), Clock()), both)


def test_cancel_in_the_queue() -> None:
    clock = Clock()
    task = call(client_of(running(clock), clock), cancel)
    assert task.status == protocol.STATUS_CANCEL
    assert task.is_terminal
    assert not task.succeeded


def test_cancel_is_too_late_and_kill_is_not() -> None:
    clock = Clock()
    machine = running(clock)
    clock.moment += 3
    with pytest.raises(RefusedError, match="not in a cancellable state"):
        call(client_of(machine, clock), cancel)
    assert call(client_of(machine, clock), kill).status == protocol.STATUS_CANCEL
    with pytest.raises(RefusedError, match="could not be killed"):
        call(client_of(machine, clock), kill)


@pytest.mark.parametrize("action", [cancel, kill])
@pytest.mark.parametrize("trouble", [faults.Broken("unreachable"), faults.Broken("reset"), faults.http(503)], ids=str)
def test_cancel_and_kill_are_sent_once(action: Callable[[WiroClient], object], trouble: faults.Fault) -> None:
    clock = Clock()
    machine = running(clock)
    for endpoint in (protocol.TASK_CANCEL, protocol.TASK_KILL):
        machine.faults.always(endpoint, trouble)
    with pytest.raises(UnreachableError):
        call(client_of(machine, clock), action)  # type: ignore[arg-type]  # both are coroutine functions
    assert machine.faults.seen[protocol.TASK_CANCEL] + machine.faults.seen[protocol.TASK_KILL] == 1


@pytest.mark.parametrize(
    ("trouble", "succeeded", "outputs"),
    [
        (faults.FAILED_PROCESS, False, 0),
        (faults.NO_OUTPUTS, False, 0),
        (faults.WRONG_SIZE, True, 3),
        (faults.UNKNOWN_STATUS, False, 3),
    ],
)
def test_scripted_trouble(trouble: faults.Fault, succeeded: bool, outputs: int) -> None:  # noqa: FBT001 - the table's column
    clock = Clock()
    machine = running(clock, speed=0)
    machine.faults.order(protocol.TASK_DETAIL, trouble)
    task = call(client_of(machine, clock), detail)
    assert task.succeeded is succeeded
    assert task.is_terminal is (trouble is not faults.UNKNOWN_STATUS)
    assert len(task.outputs) == outputs
