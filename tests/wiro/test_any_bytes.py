"""Whatever the service answers, the client gives a valid object or an error of its own tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
from hypothesis import given
from hypothesis import strategies as st

from storyscript.errors import StoryscriptError, SubmissionUnknownError
from storyscript.wiro import News, Submission, Task, Watcher, WiroClient
from wiro.standins import ACCEPTED, CREDENTIALS, Canned, Clock, call, client_over

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
TASK_FIELDS = [*Task.model_fields, "unknown"]
tasks = st.fixed_dictionaries(
    {
        "id": st.just("2221") | values,
        "status": st.sampled_from(["task_queue", "task_postprocess_end"]) | values,
    },
    optional={
        "outputs": st.lists(st.dictionaries(st.sampled_from(["url", "size", "name", "id", "x"]), values, max_size=4))
        | values,
        **{field: values for field in TASK_FIELDS if field not in {"id", "status", "outputs"}},
    },
)
answers = st.fixed_dictionaries(
    {"result": st.booleans() | values},
    optional={
        "errors": st.lists(st.fixed_dictionaries({"code": values, "message": values})) | values,
        "taskid": values,
        "socketaccesstoken": values,
        "tasklist": st.lists(tasks, max_size=2) | values,
    },
)
bodies = (
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | (answers | values).map(lambda value: json.dumps(value).encode())
    | st.integers(0, 100).map(lambda cut: json.dumps(ACCEPTED).encode()[:cut])
)
frames = st.fixed_dictionaries(
    {"type": st.sampled_from(["task_end", "task_output", "task_cancel"]) | values, "tasktoken": st.just("t") | values},
    optional={
        "result": st.booleans() | values,
        "message": values | st.fixed_dictionaries({"type": st.just("progressGenerate"), "percentage": values}),
    },
)
statuses = st.sampled_from([200, 200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 408, 429, 500, 503, 599])
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
headers = st.fixed_dictionaries(
    {},
    optional={
        "retry-after": header_text,
        "location": header_text | st.just("https://h.invalid/"),
        "content-encoding": header_text,
        "content-length": header_text,
        "content-type": header_text,
        "set-cookie": header_text,
    },
)


def canned(status: int, named: dict[str, str], body: bytes) -> Canned:
    return Canned(lambda _: httpx.Response(status, headers=named, stream=httpx.ByteStream(body)))


def outcome(client: WiroClient, action: Callable[[WiroClient], Awaitable[T]]) -> T | StoryscriptError:
    """What an action gives, or an error of the tree, fit to be shown. Anything else fails the test."""
    try:
        return call(client, action)
    except StoryscriptError as error:
        shown = error
    message = str(shown)
    assert message.isprintable()
    assert len(message) < 500
    assert CREDENTIALS.key.reveal() not in message
    return shown


@given(statuses, headers, bodies)
def test_any_answer_to_a_read(status: int, named: dict[str, str], body: bytes) -> None:
    task = outcome(client_over(canned(status, named, body), Clock()), lambda client: client.task_detail("2221"))
    if isinstance(task, Task):
        assert task.id == "2221"
        assert isinstance(task.is_terminal, bool)
        assert isinstance(task.succeeded, bool)
        assert task.failure_reason.isprintable()
        assert task.failure_reason


@given(statuses, headers, bodies)
def test_any_answer_to_a_list(status: int, named: dict[str, str], body: bytes) -> None:
    tasks = outcome(client_over(canned(status, named, body), Clock()), lambda client: client.task_list())
    if isinstance(tasks, tuple):
        # None was left out.
        assert len(tasks) == len(json.loads(body)["tasklist"])


@given(statuses, headers, bodies)
def test_any_answer_to_a_run(status: int, named: dict[str, str], body: bytes) -> None:
    carrier = canned(status, named, body)
    result = outcome(client_over(carrier, Clock()), lambda client: client.run({}))
    assert len(carrier.requests) == 1
    if isinstance(result, Submission):
        assert result.taskid
    elif status == 200 and b'"taskid"' in body:
        # Nothing that may have been accepted counts as refused.
        assert isinstance(result, SubmissionUnknownError)


@given(statuses, headers, bodies, st.integers(0, 300))
def test_any_answer_to_a_download(status: int, named: dict[str, str], body: bytes, limit: int) -> None:
    file = bytearray()
    client = client_over(canned(status, named, body), Clock())
    count = outcome(client, lambda client: client.download("https://h.invalid/0.png", file.extend, limit=limit))
    assert len(file) <= limit
    if isinstance(count, int):
        assert bytes(file) == body
        assert count == len(body)


@given(st.text())
def test_any_file_address(url: str) -> None:
    client = client_over(canned(200, {}, b"x"), Clock())
    count = outcome(client, lambda client: client.download(url, lambda _: None, limit=1))
    assert count == 1 or isinstance(count, StoryscriptError)


@given(
    statuses,
    st.dictionaries(st.sampled_from(["url", "size", "id", "x"]), values | st.just("https://h.invalid/0.png")).map(
        lambda file: json.dumps({"result": True, "list": [file]}).encode()
    )
    | bodies,
)
def test_any_answer_to_an_upload(status: int, body: bytes) -> None:
    client = client_over(canned(status, {}, body), Clock())
    url = outcome(client, lambda client: client.upload(Path(__file__), name="a.py", content_type="text/x-python"))
    if isinstance(url, str):
        assert httpx.URL(url).scheme in {"http", "https"}


@given(st.text(max_size=200) | (values | answers).map(json.dumps) | frames.map(json.dumps))
def test_any_frame_is_news_of_a_task_that_is_followed_or_nothing(frame: str) -> None:
    news: list[News] = []
    watcher = Watcher("wss://h.invalid/v1", news.append)
    watcher.follow("t")
    watcher._take(frame)
    watcher._take(frame.encode("utf-8", "replace"))
    for each in news:
        assert each.token == "t"
        assert each.status.isprintable()
        assert each.percentage is None or 0 <= each.percentage <= 100
    assert len(news) <= 1
