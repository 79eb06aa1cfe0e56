from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from fake.posting import RUN, error, opened, post
from storyscript import protocol
from storyscript.fake import Account, endpoints
from storyscript.fake.bodies import Form, Upload
from storyscript.fake.faults import Response
from storyscript.fake.refusals import INVALID
from storyscript.fake.service import handle
from wiro.standins import TWO_SCENES, Clock, machine_at

if TYPE_CHECKING:
    from storyscript.fake.tasks import TaskRecord


@pytest.mark.parametrize("path", ["/v1/Task/Detail", "/v1/Task/Cancel", "/v1/Task/Kill"])
def test_which_task(path: str) -> None:
    machine = opened()
    nothings: list[dict[str, object]] = [{}, {"taskid": ""}, {"taskid": None}]
    for nothing in nothings:
        assert post(machine, path, nothing) == (200, error(0, "taskid or socketaccesstoken is required"))
    nobodies: list[dict[str, object]] = [
        {"taskid": "1"},
        {"tasktoken": "x"},
        {"taskid": [1]},
        {"taskid": {"a": 1}},
    ]
    for nobody in nobodies:
        assert post(machine, path, nobody) == (200, error(1, "There is no task yet."))


@pytest.mark.parametrize(("path", "wait"), [("/v1/Task/Cancel", 0), ("/v1/Task/Kill", 2)])
@pytest.mark.parametrize("identifier", ["taskid", "tasktoken"])
def test_stop_a_task(path: str, wait: float, identifier: str) -> None:
    clock = Clock()
    machine = machine_at(clock, account=Account())
    _, run = post(machine, RUN, TWO_SCENES)
    clock.moment += wait
    value = run["taskid" if identifier == "taskid" else "socketaccesstoken"]
    status, answer = post(machine, path, {identifier: value})
    assert status == 200
    assert set(answer) == {"errors", "tasklist", "result"}
    tasks = answer["tasklist"]
    assert isinstance(tasks, list)
    assert tasks[0]["status"] == "task_cancel"


def test_kill_takes_the_token_under_its_own_name() -> None:
    clock = Clock()
    machine = machine_at(clock, account=Account())
    _, run = post(machine, RUN, TWO_SCENES)
    clock.moment += 2
    assert post(machine, "/v1/Task/Kill", {"socketaccesstoken": run["socketaccesstoken"]})[1]["result"] is True


def test_list() -> None:
    machine = opened()
    for _ in range(3):
        post(machine, RUN, TWO_SCENES)
    post(machine, "/v1/Run/wiro/story-diffusion", TWO_SCENES)

    def listed(**fields: object) -> tuple[object, list[str]]:
        _, answer = post(machine, "/v1/Task/List", {"type": "model", "sort": "id", **fields})
        tasks = answer["tasklist"]
        assert isinstance(tasks, list)
        return answer["total"], [task["id"] for task in tasks]

    assert listed() == ("4", ["2224", "2223", "2222", "2221"])
    assert listed(order="ASC", start="1", limit="2") == ("4", ["2222", "2223"])
    assert listed(modelName="wiro/story-diffusion") == ("1", ["2224"])
    assert listed(start="x", limit=-1) == ("4", ["2224", "2223", "2222", "2221"])
    assert listed(modelName="story-diffusion-advanced") == ("3", ["2223", "2222", "2221"])
    assert listed(modelName="diffusion") == ("0", [])
    assert listed(type="project") == ("0", [])


def test_a_list_by_time() -> None:
    clock = Clock(1000.0)
    machine = machine_at(clock, account=Account())
    for _ in range(3):
        post(machine, RUN, {**TWO_SCENES, "scale": "2.0"})
        clock.moment += 1
    for number in ("2222", "2221", "2223"):
        clock.moment += 1
        assert post(machine, "/v1/Task/Kill", {"taskid": number})[1]["result"] is True

    def listed(**fields: object) -> list[dict[str, object]]:
        tasks = post(machine, "/v1/Task/List", fields)[1]["tasklist"]
        assert isinstance(tasks, list)
        return tasks

    assert [task["id"] for task in listed(sort="canceltime", order="ASC")] == ["2222", "2221", "2223"]
    assert [task["id"] for task in listed(sort="createtime")] == ["2223", "2222", "2221"]
    assert [task["id"] for task in listed(sort="debugoutput")] == ["2223", "2222", "2221"]
    assert [task["createtime"] for task in listed(order="ASC")] == ["1000", "1001", "1002"]
    assert listed()[0]["parameters"] == {**TWO_SCENES, "scale": "2.0"}


def test_a_list_of_thousands_shows_its_page_only() -> None:
    machine = opened(speed=0)
    for _ in range(2000):
        machine.run(protocol.TOOL, TWO_SCENES)
    shown: list[int] = []
    show = machine.show

    def counted(task: TaskRecord) -> dict[str, object]:
        shown.append(task.number)
        return show(task)

    machine.show = counted  # type: ignore[method-assign]
    _, answer = post(machine, "/v1/Task/List", {"start": "1000", "limit": "100"})
    assert (answer["total"], shown) == ("2000", list(range(3220, 3120, -1)))


def test_delete_files() -> None:
    clock = Clock()
    machine = machine_at(clock, account=Account())
    _, run = post(machine, RUN, TWO_SCENES)
    token = {"tasktoken": run["socketaccesstoken"]}
    path = "/v1/Task/InputOutputDelete"
    assert post(machine, path, token)[1] == error(0, "Task must be completed or cancelled before deleting files")
    clock.moment += 6
    for _ in range(2):
        assert post(machine, path, token) == (200, {"result": True, "errors": []})
    assert post(machine, path, {"tasktoken": "x"})[1] == error(1, "task-not-exist")
    assert post(machine, path, {"taskid": "2221"})[1] == error(0, "Request parameter [tasktoken] required")


def test_tool_detail() -> None:
    path = "/v1/Tool/Detail"
    slug = {"slugowner": "wiro", "slugproject": "story-diffusion-advanced"}
    _, answer = post(opened(), path, slug)
    tools = answer["tool"]
    assert isinstance(tools, list)
    items = {item["id"]: item for item in tools[0]["parameters"][0]["items"]}
    assert len(items) == 16
    assert len(items["selectedModel"]["options"]) == 51
    # As the tool's page gives them.
    assert {name: item["default"] for name, item in items.items() if name != "negativePrompt"} == {
        "selectedModel": "79",
        "selectedModelPrivate": "",
        "inputImageUrl": "",
        "inputImage2Url": "",
        "prompt": "img, a woman wearing red dress",
        "generalPrompt": "wake up in the bed | have breakfast | is on the road, go to the company | "
        "work in the company | running in the playground | reading book in the home",
        "extraEventPrompts": "siting on the sofa | on the bed, at night",
        "styleName": "Comic book",
        "steps": 30,
        "width": 768,
        "height": 768,
        "fontSize": 30,
        "imageLength": 4,
        "scale": 2.0,
        "seed": 123456,
    }
    assert json.loads(tools[0]["dynamicprice"])[0]["priceMethod"] == "cpr"
    assert post(opened(), path, {"slugowner": "wiro"})[1] == error(0, "Request parameter [slugproject] required")
    assert post(opened(), path, {**slug, "slugproject": "x"})[1] == error(1, "slug-owner-project-not-exist")


def test_upload() -> None:
    machine = opened()
    body = (
        b'--X\r\nContent-Disposition: form-data; name="file"; filename="../me.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n--X--\r\n"
    )
    _, answer = post(machine, "/v1/File/Upload", body, {"content-type": "multipart/form-data; boundary=X"})
    files = answer["list"]
    assert isinstance(files, list)
    assert (files[0]["name"], files[0]["size"], files[0]["contenttype"]) == ("../me.png", "4", "image/png")
    path = files[0]["url"].removeprefix("https://wiro.invalid")
    assert re.fullmatch(r"/uploads/[0-9a-f-]{71}/0\.png", path)
    assert handle(machine, "GET", path, {}, b"") == Response(200, b"\x89PNG", "image/png")
    assert post(machine, "/v1/File/Upload", {})[1] == error(0, "Request parameter [file] required")


def test_an_uploaded_file_can_be_named_in_a_run() -> None:
    machine = opened(speed=0)
    body = b'--X\r\nContent-Disposition: form-data; name="file"; filename="me.png"\r\n\r\n\x89PNG\r\n--X--'
    _, answer = post(machine, "/v1/File/Upload", body, {"content-type": "multipart/form-data; boundary=X"})
    files = answer["list"]
    assert isinstance(files, list)
    url = files[0]["url"]
    assert post(machine, RUN, {**TWO_SCENES, "inputImage2Url": url})[1]["result"] is True
    _, detail = post(machine, "/v1/Task/Detail", {"taskid": "2221"})
    tasks = detail["tasklist"]
    assert isinstance(tasks, list)
    assert tasks[0]["parameters"]["inputImage2Url"] == url
    found = handle(machine, "GET", url.removeprefix(machine.origin), {}, b"")
    assert isinstance(found, Response)
    assert found.body == b"\x89PNG"


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyscript.fake.endpoints.MAX_BYTES", 3)
    form = Form(files={"file": Upload("me.png", "image/png", b"1234")})
    assert endpoints.answer(opened(), protocol.FILE_UPLOAD, form) == INVALID
