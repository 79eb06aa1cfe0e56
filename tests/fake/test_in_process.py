from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from storyscript import protocol
from storyscript.fake import Account, Machine, faults, router, transport
from wiro.standins import TWO_SCENES, Clock, machine_at

RUN = "https://any.host.invalid/v1/Run/wiro/story-diffusion-advanced"


def test_a_client_of_any_kind_over_the_transport() -> None:
    machine = machine_at(Clock(), account=Account(), speed=0)
    with httpx.Client(transport=httpx.MockTransport(router(machine).handler)) as http:
        run = http.post(RUN, json=TWO_SCENES).json()
        task = http.post("https://any.host.invalid/v1/Task/Detail", json={"taskid": run["taskid"]}).json()["tasklist"][
            0
        ]
        picture = http.get(task["outputs"][1]["url"])
        assert picture.headers["content-type"] == "image/png"
        assert picture.content == b"2:  / rain / rain"
        assert http.get("https://any.host.invalid/__fake__/ledger").json()["runs"][0]["taskid"] == "2221"
        unknown = http.get("https://any.host.invalid/")
        assert (unknown.status_code, unknown.json()["errors"][0]["message"]) == (404, "Error parsing url.")


def test_the_pictures_are_real() -> None:
    machine = Machine(speed=0)
    parameters = {**TWO_SCENES, "width": 96, "height": "64"}
    with httpx.Client(transport=httpx.MockTransport(router(machine).handler)) as http:
        run = http.post(RUN, json=parameters).json()
        task = http.post("https://h.invalid/v1/Task/Detail", json={"taskid": run["taskid"]}).json()["tasklist"][0]
        for output in task["outputs"]:
            content = http.get(output["url"]).content
            assert len(content) == int(output["size"])
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                assert (image.format, image.size) == ("PNG", (96, 64))


def test_the_routes_count_what_came() -> None:
    routes = router(machine_at(Clock(), account=Account()))
    with httpx.Client(transport=httpx.MockTransport(routes.handler)) as http:
        http.post(RUN, json=TWO_SCENES)
        http.post("https://h.invalid/v1/Task/Detail", json={"taskid": "2221"})
        http.post("https://h.invalid/v1/Task/Detail/more", json={"taskid": "2221"})
    assert routes["run"].call_count == 1
    assert routes["detail"].call_count == 1
    assert routes["unknown"].call_count == 1


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (faults.Broken("unreachable"), httpx.ConnectError),
        (faults.Broken("reset"), httpx.ReadError),
        (faults.Broken("timeout"), httpx.ReadTimeout),
    ],
)
def test_broken_connections(how: faults.Broken, error: type[httpx.TransportError]) -> None:
    machine = machine_at(Clock())
    machine.faults.order(protocol.RUN, how)
    with httpx.Client(transport=httpx.MockTransport(router(machine).handler)) as http, pytest.raises(error):
        http.post(RUN, json=TWO_SCENES)


def test_a_fault_can_have_headers() -> None:
    machine = machine_at(Clock())
    machine.faults.order(protocol.RUN, faults.http(429, retry_after="5"), faults.HTML)
    with httpx.Client(transport=httpx.MockTransport(router(machine).handler)) as http:
        assert http.post(RUN).headers["retry-after"] == "5"
        assert http.post(RUN).headers["content-type"] == "text/html"


def test_nothing_is_patched() -> None:
    before = httpx.HTTPTransport.handle_request
    transport(machine_at(Clock()))
    assert httpx.HTTPTransport.handle_request is before
