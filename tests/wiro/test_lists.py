"""Looking for tasks, and deleting what they made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript import protocol
from storyscript.errors import ConfigurationError, MalformedAnswerError, RefusedError, UnreachableError
from storyscript.fake import faults
from wiro.standins import TWO_SCENES, Canned, Clock, call, client_of, client_over, machine_at

if TYPE_CHECKING:
    from storyscript.wiro import Task, WiroClient

GOOD = {"id": "2221", "status": "task_queue", "socketaccesstoken": "eDcCm5yyUfIvMFspTwww49OUfgXkQt"}


async def latest(client: WiroClient) -> tuple[Task, ...]:
    return await client.task_list()


def listing(*tasks: object) -> httpx.Response:
    return httpx.Response(200, json={"result": True, "errors": [], "total": str(len(tasks)), "tasklist": list(tasks)})


def test_the_newest_come_first() -> None:
    clock = Clock()

    async def three(client: WiroClient) -> list[list[str]]:
        for _ in range(3):
            await client.run(TWO_SCENES)
        pages = [await client.task_list(), await client.task_list(start=1, limit=1), await client.task_list(start=3)]
        return [[task.id for task in page] for page in pages]

    assert call(client_of(machine_at(clock), clock), three) == [["2223", "2222", "2221"], ["2222"], []]


def test_what_is_sent() -> None:
    carrier = Canned(listing())
    assert call(client_over(carrier, Clock()), lambda client: client.task_list(start=20, limit=5)) == ()
    (request,) = carrier.requests
    assert request.url.path == "/v1/Task/List"
    assert json.loads(request.content) == {
        "type": "model",
        "sort": "id",
        "order": "DESC",
        "start": "20",
        "limit": "5",
        "modelName": "story-diffusion-advanced",
    }


def test_parameters_come_in_either_form() -> None:
    tasks = [{**GOOD, "parameters": TWO_SCENES}, {**GOOD, "parameters": json.dumps(TWO_SCENES)}, GOOD]
    found = call(client_over(Canned(listing(*tasks)), Clock()), latest)
    assert [task.parameters for task in found] == [TWO_SCENES, TWO_SCENES, {}]


@pytest.mark.parametrize("bad", [{"id": "1"}, {"status": "task_queue"}, None, "2221", {**GOOD, "outputs": 5}])
def test_a_list_with_a_gap_is_no_list(bad: object) -> None:
    with pytest.raises(MalformedAnswerError, match="task cannot be understood"):
        call(client_over(Canned(listing(GOOD, bad)), Clock()), latest)


@pytest.mark.parametrize("fields", [{}, {"tasklist": None}, {"tasklist": {}}])
def test_no_list(fields: dict[str, object]) -> None:
    with pytest.raises(MalformedAnswerError, match="tasklist"):
        call(client_over(Canned(httpx.Response(200, json={"result": True, **fields})), Clock()), latest)


def test_a_service_without_lists() -> None:
    no = {"result": False, "errors": [{"code": 0, "message": "Error parsing url."}]}
    with pytest.raises(RefusedError, match="Error parsing url"):
        call(client_over(Canned(httpx.Response(404, json=no)), Clock()), latest)
    with pytest.raises(ConfigurationError):
        call(client_over(Canned(listing()), Clock()), lambda client: client.task_list(tool="story"))


def test_the_tokens_in_it_are_hidden() -> None:
    no = {"result": False, "errors": [{"code": 0, "message": f"Not {GOOD['socketaccesstoken']}"}]}
    answers = iter([listing(GOOD), httpx.Response(200, json=no)])

    async def both(client: WiroClient) -> None:
        await client.task_list()
        await client.task_list()

    with pytest.raises(RefusedError, match=r"Not \*\*\*"):
        call(client_over(Canned(lambda _: next(answers)), Clock()), both)


@pytest.mark.parametrize("trouble", [faults.Broken("reset"), faults.http(503)], ids=str)
def test_both_are_asked_again(trouble: faults.Fault) -> None:
    clock = Clock()
    machine = machine_at(clock, speed=0)
    for endpoint in (protocol.TASK_LIST, protocol.TASK_DELETE_FILES):
        machine.faults.order(endpoint, trouble, trouble, trouble)

    async def both(client: WiroClient) -> int:
        submission = await client.run(TWO_SCENES)
        await client.delete_files(submission.socketaccesstoken or "")
        return len(await client.task_list())

    assert call(client_of(machine, clock), both) == 1
    assert machine.faults.seen[protocol.TASK_LIST] == machine.faults.seen[protocol.TASK_DELETE_FILES] == 4
    machine.faults.always(protocol.TASK_LIST, trouble)
    with pytest.raises(UnreachableError):
        call(client_of(machine, clock), latest)


def test_deleted_files_are_gone_and_deleting_them_twice_is_fine() -> None:
    clock = Clock()

    async def delete(client: WiroClient) -> None:
        submission = await client.run(TWO_SCENES)
        task = await client.task_detail(submission.taskid)
        token = submission.socketaccesstoken or ""
        await client.delete_files(token)
        await client.delete_files(token)
        await client.download(task.outputs[0].url or "", lambda _: None, limit=1000)

    with pytest.raises(RefusedError, match="HTTP 404"):
        call(client_of(machine_at(clock, speed=0), clock), delete)


def test_files_that_cannot_be_deleted() -> None:
    clock = Clock()

    async def too_early(client: WiroClient) -> None:
        submission = await client.run(TWO_SCENES)
        await client.delete_files(submission.socketaccesstoken or "")

    with pytest.raises(RefusedError, match="must be completed"):
        call(client_of(machine_at(clock), clock), too_early)
    with pytest.raises(RefusedError) as caught:
        call(client_of(machine_at(clock), clock), lambda client: client.delete_files("no-such-token"))
    assert "no-such-token" not in str(caught.value)
