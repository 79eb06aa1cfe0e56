from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake.posting import RUN, error, opened, post
from storyscript import protocol
from storyscript.fake import endpoints, faults
from storyscript.fake.faults import Response
from storyscript.fake.service import handle
from wiro.standins import ACCOUNT, TWO_SCENES, Clock, machine_at

BARE_MULTIPART = {"Content-Type": "multipart/form-data"}


def test_run_and_detail() -> None:
    machine = opened()
    status, answer = post(machine, RUN, TWO_SCENES)
    assert status == 200
    assert set(answer) == {"errors", "taskid", "socketaccesstoken", "result"}
    by_id = post(machine, "/v1/Task/Detail", {"taskid": "2221"})
    assert by_id == post(machine, "/v1/Task/Detail", {"tasktoken": answer["socketaccesstoken"]})
    assert by_id == post(machine, "/v1/Task/Detail", {"taskid": 2221})
    assert set(by_id[1]) == {"total", "errors", "tasklist", "result"}
    assert by_id[1]["total"] == "1"


CURL_BODY = """{ "selectedModel": "",
  "selectedModelPrivate": "",
  "inputImageUrl": "bg-img2.png",
  "inputImage2Url": "ic-light.png",
  "prompt": "img, a woman wearing red dress",
  "generalPrompt": "wake up in the bed | have breakfast | is on the road, go to the company | work in the company | running in the playground | reading book in the home",
  "negativePrompt": "naked, deformed, bad anatomy, disfigured, poorly drawn face, mutation, extra limb, ugly, disgusting, poorly drawn hands, missing limb, floating limbs, disconnected limbs, blurry, watermarks, oversaturated, distorted hands, amputation",
  "extraEventPrompts": "siting on the sofa | on the bed, at night",
  "styleName": "Comic book",
  "steps": 30,
  "width": 768,
  "height": 768,
  "fontSize": 30,
  "imageLength": 4,
  "scale": "2.0",
  "seed": 123456,
  "callbackUrl": "You can provide a callback URL; Wiro will send a POST request to it when the task is completed." }"""  # noqa: E501 - the API page's own lines


def test_the_api_pages_curl_line() -> None:
    machine = opened(speed=0)
    status, answer = post(machine, RUN, CURL_BODY.encode(), BARE_MULTIPART)
    assert (status, answer["result"]) == (200, True)
    _, detail = post(machine, "/v1/Task/Detail", b'{ "taskid": "2221" }', BARE_MULTIPART)
    tasks = detail["tasklist"]
    assert isinstance(tasks, list)
    assert len(tasks[0]["outputs"]) == 8
    assert tasks[0]["parameters"]["scale"] == "2.0"


FORM_WITH_A_FILE = (
    b'--X\r\nContent-Disposition: form-data; name="generalPrompt"\r\n\r\nruns\r\n'
    b'--X\r\nContent-Disposition: form-data; name="inputImage2Url"; filename="me.png"\r\n\r\n'
    b"\x89\r\n--X--\r\n"
)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/x-www-form-urlencoded"}, b"generalPrompt=runs&prompt=a+fox&width=64"),
        (
            {"CONTENT-TYPE": "multipart/form-data; boundary=X"},
            FORM_WITH_A_FILE,
        ),
        (
            {"Content-Type": "application/json"},
            b'{"generalPrompt": "x", "generalPrompt": "runs", "unknown": {}}',
        ),
    ],
)
def test_other_forms(headers: dict[str, str], body: bytes) -> None:
    machine = opened()
    assert post(machine, RUN, body, headers)[1]["taskid"] == "2221"
    assert machine.tasks()[0].panels[0].description == "runs"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/Task", "/v1/Task/Detail/", "/Task/Detail", "/v2/Task/Detail", ""]
)
def test_unknown_paths(path: str) -> None:
    assert post(opened(), path) == (404, error(0, "Error parsing url."))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", ""])
def test_every_endpoint_is_a_post(method: str) -> None:
    response = handle(opened(), method, "/v1/Task/Detail", {}, b"")
    assert isinstance(response, Response)
    assert response.status == 404


@pytest.mark.parametrize("path", [RUN, "/v1/Task/Detail", "/v1/Task/Kill", "/v1/Task/List", "/v1/File/Upload"])
def test_credentials_are_asked_everywhere(path: str) -> None:
    machine = machine_at(Clock(), account=ACCOUNT)
    assert post(machine, path) == (401, error(0, "Project authorization is not founded."))


def test_a_body_that_says_nothing() -> None:
    assert post(opened(), RUN, b"<p>", {"content-type": "application/json"}) == (
        200,
        error(0, "Request parameters are invalid."),
    )


def test_files_and_ledger() -> None:
    machine = opened(speed=0)
    post(machine, RUN, TWO_SCENES)
    path = f"/files/{machine.tasks()[0].folder}/1.png"
    assert handle(machine, "GET", path, {}, b"") == Response(200, b"2:  / rain / rain", "image/png")
    nothing = handle(machine, "GET", "/files/x/1.png", {}, b"")
    assert isinstance(nothing, Response)
    assert nothing.status == 404
    ledger = handle(machine, "GET", "/__fake__/ledger", {}, b"")
    assert isinstance(ledger, Response)
    assert json.loads(ledger.body) == {
        "runs": [{"taskid": "2221", "status": "task_postprocess_end", "parameters": TWO_SCENES, "charged": 0.00351}]
    }


def test_faults_come_in_order_and_then_no_more() -> None:
    machine = opened()
    post(machine, RUN, TWO_SCENES)
    machine.faults.order(protocol.TASK_DETAIL, faults.LIST, faults.Broken("reset"), faults.UNKNOWN_STATUS)
    body = b'{"taskid": "2221"}'
    replaced = handle(machine, "POST", "/v1/Task/Detail", {}, body)
    assert replaced == Response(200, b"[1, 2, 3]")
    assert handle(machine, "POST", "/v1/Task/Detail", {}, body) == faults.Broken("reset")
    tasks = post(machine, "/v1/Task/Detail", body)[1]["tasklist"]
    assert isinstance(tasks, list)
    assert tasks[0]["status"] == "task_dreaming"
    assert post(machine, "/v1/Task/Detail", body)[1]["result"] is True
    assert machine.faults.seen[protocol.TASK_DETAIL] == 4


def test_faults_leave_refusals_as_they_are() -> None:
    machine = opened()
    machine.faults.order(protocol.TASK_DETAIL, faults.WRONG_SIZE, faults.NO_OUTPUTS)
    for _ in range(2):
        assert post(machine, "/v1/Task/Detail", {"taskid": "1"})[1] == error(1, "There is no task yet.")


def test_trouble_can_be_ordered_for_every_endpoint() -> None:
    assert set(faults.ENDPOINTS) == {*endpoints.PATHS, protocol.RUN, faults.FILES}
    machine = opened()
    for endpoint in faults.ENDPOINTS:
        machine.faults.order(endpoint, faults.http(503, b"{}"))
    for path in (*endpoints.PATHS, f"{protocol.RUN}/{protocol.TOOL}"):
        assert post(machine, f"/v1{path}", {})[0] == 503, path
    answer = handle(machine, "GET", "/files/x", {}, b"")
    assert isinstance(answer, Response)
    assert answer.status == 503


@pytest.mark.parametrize("endpoint", ["/Foo", "Run", "/run", "/v1/Run", f"/Run/{protocol.TOOL}", "/Task/Detail/", ""])
def test_an_endpoint_that_is_none_is_refused_where_it_is_ordered_for(endpoint: str) -> None:
    ordered = opened().faults
    for order in (ordered.order, ordered.always):
        with pytest.raises(
            ValueError, match=f"{endpoint!r} is not an endpoint; known are /Run, /Task/Detail, .*/files"
        ):
            order(endpoint, faults.HTML)


def test_a_fault_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'bogus' is not a way to break; known are unreachable, reset, timeout"):
        faults.Broken("bogus")  # type: ignore[arg-type]
    ordered = opened().faults
    for order in (ordered.order, ordered.always):
        with pytest.raises(TypeError, match="'reset' is no fault"):
            order(protocol.RUN, "reset")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="a file is no JSON"):
            order(faults.FILES, faults.NO_OUTPUTS)
    assert ordered.take(protocol.RUN) is None


def test_a_fault_may_let_the_request_through() -> None:
    machine = opened()
    machine.faults.order(protocol.RUN, faults.http(502, b"<h1>502", executed=True), faults.http(502, b"<h1>502"))
    for _ in range(2):
        handle(machine, "POST", RUN, {}, json.dumps(TWO_SCENES).encode())
    assert len(machine.tasks()) == 1


PATHS = [
    RUN,
    "/v1/Run/x",
    *(f"/v1{path}" for path in ("/Task/Detail", "/Task/Cancel", "/Task/List", "/Tool/Detail")),
]
KINDS = [
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=X",
    "application/x-www-form-urlencoded",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
NAMES = [
    "generalPrompt",
    "prompt",
    "width",
    "styleName",
    "taskid",
    "tasktoken",
    "start",
    "callbackUrl",
    "slugowner",
]
forms = st.dictionaries(st.sampled_from(NAMES), json_values).map(lambda fields: json.dumps(fields).encode())


@given(st.sampled_from(PATHS) | st.text(), st.sampled_from(KINDS) | st.text(), st.binary() | forms)
def test_any_request_has_a_json_answer(path: str, kind: str, body: bytes) -> None:
    machine = opened(speed=0)
    status, answer = post(machine, path, body, {"content-type": kind})
    assert status in {200, 404}
    assert isinstance(answer["result"], bool)
    assert isinstance(answer["errors"], list)


def test_client_and_fake_do_not_know_each_other() -> None:
    package = Path(handle.__code__.co_filename).parents[1]
    for room, other in (
        ("wiro", "storyscript.fake"),
        ("fake", "storyscript.wiro"),
        ("fake", "storyscript.encoding"),
    ):
        for file in (package / room).rglob("*.py"):
            assert other not in file.read_text(encoding="utf-8"), file
