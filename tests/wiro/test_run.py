from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from storyscript import protocol
from storyscript.errors import (
    ConfigurationError,
    CredentialsError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
    SubmissionUnknownError,
    UnreachableError,
)
from storyscript.fake import Account, faults
from storyscript.wiro import Credentials, WiroClient
from wiro.standins import (
    ACCEPTED,
    CREDENTIALS,
    TWO_SCENES,
    Canned,
    Clock,
    call,
    client_of,
    client_over,
    machine_at,
)

if TYPE_CHECKING:
    from storyscript.wiro import Submission


async def submit(client: WiroClient) -> Submission:
    return await client.run(TWO_SCENES)


def no(code: int, message: str = "No.") -> dict[str, Any]:
    return {"result": False, "errors": [{"code": code, "message": message}]}


def refused(answer: httpx.Response | Exception, *, sent: int = 1) -> StoryscriptError:
    """The error of a Run that is answered like this; whatever it is, nothing was sent twice that may have left."""
    clock, carrier = Clock(), Canned(answer)
    with pytest.raises(StoryscriptError) as caught:
        call(client_over(carrier, clock), submit)
    assert len(carrier.requests) == sent
    assert clock.slept == [0.5, 1.0, 2.0][: sent - 1]
    assert len({request.headers["x-nonce"] for request in carrier.requests}) == sent
    message = str(caught.value)
    assert message.startswith("/Run/wiro/story-diffusion-advanced: ")
    assert message.isprintable()
    assert len(message) < 450
    assert CREDENTIALS.key.reveal() not in message
    assert caught.value.__cause__ is None
    return caught.value


def test_accepted() -> None:
    clock = Clock()
    machine = machine_at(clock)
    submission = call(client_of(machine, clock), submit)
    assert submission.taskid == "2221"
    assert submission.socketaccesstoken is not None
    assert len(submission.socketaccesstoken) == 30
    assert machine.ledger()["runs"] == [
        {"taskid": "2221", "status": "task_queue", "parameters": TWO_SCENES, "charged": 0.0}
    ]


def test_the_clients_address() -> None:
    assert WiroClient(CREDENTIALS).base_url == protocol.BASE_URL
    assert WiroClient(CREDENTIALS, base_url="http://127.0.0.1:80/v1/").base_url == "http://127.0.0.1/v1"


def test_what_is_sent() -> None:
    carrier = Canned(httpx.Response(200, json=ACCEPTED))
    call(client_over(carrier, Clock(1_700_000_000.0), Credentials("test-api-key", "test-secret")), submit)
    (request,) = carrier.requests
    assert request.method == "POST"
    assert str(request.url) == "https://wiro.invalid/v1/Run/wiro/story-diffusion-advanced"
    assert json.loads(request.content) == TWO_SCENES
    headers = request.headers
    assert headers["content-type"] == "application/json"
    assert headers["x-signature"] == "2d99fa1b6934f66a712785d1b402997e1b13d9d7cd5e0085211dac133ae4a8ef"
    assert headers["user-agent"].startswith("storyscript/")
    assert headers["accept-encoding"] == "identity"


def test_key_only() -> None:
    clock = Clock()
    machine = machine_at(clock, account=Account("k"))
    carrier = client_of(machine, clock, Credentials("k"))
    assert call(carrier, submit).taskid == "2221"
    request = Canned(httpx.Response(200, json=ACCEPTED))
    call(client_over(request, clock, Credentials("k")), submit)
    assert "x-signature" not in request.requests[0].headers
    assert "x-nonce" not in request.requests[0].headers


def test_other_tools() -> None:
    carrier = Canned(httpx.Response(200, json=ACCEPTED))
    call(client_over(carrier, Clock()), lambda client: client.run({}, tool="wiro/story-diffusion"))
    assert carrier.requests[0].url.path == "/v1/Run/wiro/story-diffusion"


@pytest.mark.parametrize("parameters", [{"a": float("nan")}, {"a": object()}])
def test_what_is_no_json_is_not_sent(parameters: dict[str, object]) -> None:
    carrier = Canned(httpx.Response(200, json=ACCEPTED))
    with pytest.raises(ConfigurationError):
        call(client_over(carrier, Clock()), lambda client: client.run(parameters))
    assert carrier.requests == []


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout(""), httpx.ProxyError("")],
    ids=lambda error: type(error).__name__,
)
def test_nothing_left(failure: httpx.TransportError) -> None:
    error = refused(failure, sent=4)
    assert type(error) is UnreachableError
    assert "nothing was submitted" in str(error)


def test_what_never_left_is_sent_again() -> None:
    clock = Clock()
    machine = machine_at(clock)
    machine.faults.order(protocol.RUN, faults.Broken("unreachable"), faults.Broken("unreachable"))
    assert call(client_of(machine, clock), submit).taskid == "2221"
    assert len(machine.tasks()) == 1
    assert clock.slept == [0.5, 1.0]


def test_after_it_never_left_it_may_still_get_lost() -> None:
    clock = Clock()
    machine = machine_at(clock)
    machine.faults.order(protocol.RUN, faults.Broken("unreachable"), faults.Broken("reset"))
    with pytest.raises(SubmissionUnknownError):
        call(client_of(machine, clock), submit)
    assert machine.faults.seen[protocol.RUN] == 2


@pytest.mark.parametrize("step", ["connection.connect_tcp.started", "http11.send_request_headers.started"])
def test_a_transport_that_tells_of_its_steps_is_believed(step: str) -> None:
    """Whatever kind of failure ends it: what has begun to be sent may have arrived."""

    class Telling(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await request.extensions["trace"](step, {"request": request})
            raise httpx.ConnectError("") if "send" in step else httpx.ReadTimeout("")

    clock = Clock()
    with pytest.raises(StoryscriptError) as caught:
        call(client_over(Telling(), clock), submit)
    left = "send" in step
    assert type(caught.value) is (SubmissionUnknownError if left else UnreachableError)
    assert len(clock.slept) == (0 if left else 3)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout(""),
        httpx.ReadError(""),
        httpx.WriteTimeout(""),
        httpx.WriteError(""),
        httpx.CloseError(""),
        httpx.RemoteProtocolError(""),
        httpx.LocalProtocolError(f"Illegal header value {CREDENTIALS.key}"),
        httpx.DecodingError(""),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_may_have_left(failure: httpx.RequestError) -> None:
    assert type(refused(failure)) is SubmissionUnknownError


LOST = {
    "html": httpx.Response(200, html="<!doctype html><p>x"),
    "list": httpx.Response(200, json=[1]),
    "half": httpx.Response(200, content=b'{"result": true, "taskid": "22'),
    "empty": httpx.Response(200),
    "not utf-8": httpx.Response(200, content=b'{"result": true, "taskid": "\xff"}'),
    "no result": httpx.Response(200, json={"taskid": "1"}),
    "no task": httpx.Response(200, json={"result": True, "errors": []}),
    "null task": httpx.Response(200, json={"result": True, "taskid": None}),
    "errors no list": httpx.Response(200, json={**ACCEPTED, "errors": {}}),
    "no, but a task": httpx.Response(200, json={**no(0), "taskid": "2221"}),
    "400, but yes": httpx.Response(400, json=ACCEPTED),
    "500, but yes": httpx.Response(500, json=ACCEPTED),
    "500": httpx.Response(500, html="<h1>500"),
    "500, a bare no": httpx.Response(500, json={"result": False}),
    "502": httpx.Response(502, html="<h1>Bad gateway"),
    "503, a bare no": httpx.Response(503, json={"result": False}),
    "504": httpx.Response(504),
    "408": httpx.Response(408),
    "compressed": httpx.Response(
        200, headers={"content-encoding": "br"}, stream=httpx.ByteStream(json.dumps(ACCEPTED).encode())
    ),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_the_answer_is_lost(answer: httpx.Response) -> None:
    def answering(_: httpx.Request) -> httpx.Response:
        return answer

    carrier = Canned(answering)
    with pytest.raises(SubmissionUnknownError, match="not sent again") as caught:
        call(client_over(carrier, Clock()), submit)
    assert len(carrier.requests) == 1
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("how", ["reset", "timeout"])
def test_a_lost_answer_to_an_accepted_run(how: str) -> None:
    clock = Clock()
    machine = machine_at(clock)
    broken = faults.Broken("reset" if how == "reset" else "timeout", executed=True)
    machine.faults.order(protocol.RUN, broken)
    with pytest.raises(SubmissionUnknownError):
        call(client_of(machine, clock), submit)
    assert machine.faults.seen[protocol.RUN] == 1
    assert len(machine.tasks()) == 1


def test_a_run_that_takes_forever_is_unknown() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    client = WiroClient(CREDENTIALS, transport=httpx.MockTransport(never), timeout=0.01)
    with pytest.raises(SubmissionUnknownError, match=r"within 0\.04 s"):
        call(client, submit)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json=no(0, "Project authorization is not valid.")),
        httpx.Response(403, json=no(0)),
        httpx.Response(403, html="<h1>Forbidden"),
        httpx.Response(200, json=no(98, "sign in to run this model")),
        httpx.Response(200, json=no(99)),
    ],
)
def test_refused_credentials(answer: httpx.Response) -> None:
    assert type(refused(answer)) is CredentialsError


@pytest.mark.parametrize(
    ("answer", "code", "wait"),
    [
        (httpx.Response(200, json=no(96, "You have reached your concurrent task limit.")), 96, None),
        (httpx.Response(200, json=no(97, "Insufficient balance")), 97, None),
        (httpx.Response(200, json=no(96), headers={"retry-after": "4"}), 96, 4.0),
        (httpx.Response(200, json={**no(0), "errors": [*no(0)["errors"], *no(97)["errors"]]}), 97, None),
        (httpx.Response(429, json=no(96)), 96, None),
        (httpx.Response(429, json=no(0)), None, None),
        (httpx.Response(429, html="<h1>Slow down", headers={"retry-after": "9"}), None, 9.0),
        (httpx.Response(429, headers={"retry-after": "Wed, 18 Dec 2024 09:23:57 GMT"}), None, 30.0),
        (httpx.Response(429, headers={"retry-after": "99999"}), None, 120.0),
        (httpx.Response(429, headers={"retry-after": "soon"}), None, None),
    ],
)
def test_limits(answer: httpx.Response, code: int | None, wait: float | None) -> None:
    error = refused(answer)
    assert isinstance(error, LimitError)
    assert (error.code, error.retry_after) == (code, wait)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(200, json=no(0, "Request parameter [width] must be integer or float")), 0),
        (httpx.Response(200, json={"result": False, "errors": []}), None),
        (httpx.Response(200, json={"result": False}), None),
        (httpx.Response(200, json={"result": False, "errors": [{"code": "1", "message": None}]}), 1),
        (httpx.Response(200, json={"result": False, "errors": [{"code": "E1", "message": "No."}]}), None),
        (httpx.Response(404, json=no(0, "Error parsing url.")), 0),
        (httpx.Response(500, json=no(0, "Not now.")), 0),
        (httpx.Response(499, json={"result": False}), None),
        *((httpx.Response(status, html="<h1>No"), None) for status in (400, 404, 405, 411, 413, 414, 415, 422, 431)),
    ],
)
def test_refusals(answer: httpx.Response, code: int | None) -> None:
    error = refused(answer)
    assert type(error) is RefusedError
    assert error.code == code


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    error = refused(httpx.Response(status, headers={"location": "https://elsewhere.invalid/v1"}))
    assert type(error) is MalformedAnswerError
    assert "redirect" in str(error)


def test_the_services_words_are_made_safe() -> None:
    words = f"\x1b[2J\nno {CREDENTIALS.key} {CREDENTIALS.secret} {'ab' * 32} {'x' * 5000}"
    message = str(refused(httpx.Response(200, json=no(0, words))))
    assert "test-secret" not in message
    assert "abab" not in message
    assert "no *** *** *** xxx" in message


def test_a_token_that_was_given_is_never_shown() -> None:
    token = str(ACCEPTED["socketaccesstoken"])
    answers = iter([ACCEPTED, no(1, f"no task of {token}")])
    client = client_over(Canned(lambda _: httpx.Response(200, json=next(answers))), Clock())

    async def run_and_look(client: WiroClient) -> None:
        await submit(client)
        await client.task_detail("2221")

    with pytest.raises(RefusedError, match=r"no task of \*\*\*"):
        call(client, run_and_look)


def test_a_wrong_secret_is_told() -> None:
    clock = Clock()
    machine = machine_at(clock)
    with pytest.raises(CredentialsError, match="not valid"):
        call(client_of(machine, clock, Credentials("test-api-key", "wrong")), submit)
    with pytest.raises(CredentialsError, match="not founded"):
        call(client_of(machine, clock, Credentials("wrong", "test-secret")), submit)
    with pytest.raises(CredentialsError, match="requires signature"):
        call(client_of(machine, clock, Credentials("test-api-key")), submit)
    assert machine.tasks() == []
