"""Each fault of the catalogue in this process: what a client meets, whether it was charged, and how that ends."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from storyscript import protocol
from storyscript.errors import SubmissionUnknownError
from storyscript.fake import Machine, router, transport
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.faults import FILES, SOCKET, TASKS
from wiro.standins import TWO_SCENES, Clock, call, client_of, draw

if TYPE_CHECKING:
    from storyscript.wiro import WiroClient

BASE = "https://wiro.invalid/v1"
RUN = f"{BASE}/Run/wiro/story-diffusion-advanced"
DETAIL = f"{BASE}/Task/Detail"


class Wiro:
    """A machine, its clock, and somebody who asks it."""

    def __init__(self, *faults: str, speed: float = 0, pictures: bool = False) -> None:
        self.clock = Clock(1000.0)
        self.machine = Machine(speed=speed, now=self.clock, draw=None if pictures else draw)
        self.machine.faults.arrange(*faults)
        self.http = httpx.Client(transport=httpx.MockTransport(router(self.machine).handler), timeout=1.0)

    def run(self) -> dict[str, Any]:
        return self.answer(RUN, {**TWO_SCENES, "width": 64, "height": 64})

    def detail(self) -> dict[str, Any]:
        task = self.answer(DETAIL, {"taskid": "2221"})["tasklist"][0]
        assert isinstance(task, dict)
        return task

    def answer(self, url: str, sent: dict[str, object]) -> dict[str, Any]:
        found = self.http.post(url, json=sent).json()
        assert isinstance(found, dict)
        return found

    def charges(self) -> list[object]:
        runs = self.machine.ledger()["runs"]
        assert isinstance(runs, list)
        return [entry["charged"] for entry in runs]


ON_REQUESTS = [name for name, entry in CATALOGUE.items() if not set(entry.places) & {TASKS, SOCKET}]


@pytest.mark.parametrize("name", [name for name in ON_REQUESTS if protocol.RUN in CATALOGUE[name].places])
def test_whether_a_run_took_effect_is_as_the_catalogue_says(name: str) -> None:
    wiro = Wiro(f"{name}/Run")
    try:
        answer = wiro.http.post(RUN, json=TWO_SCENES)
        heard = json.loads(answer.content).get("result") is True
    except (httpx.TransportError, ValueError, AttributeError):
        heard = False
    effect = CATALOGUE[name].effect
    assert wiro.charges() == ([0.00351] if effect == "yes" else [])
    assert not heard or effect == "yes"
    # Once is once.
    assert wiro.run()["result"] is True
    assert wiro.machine.faults.happened == {name: 1}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("refused", httpx.ConnectError),
        ("reset", httpx.ReadError),
        ("reset-after", httpx.ReadError),
        ("hangup", httpx.RemoteProtocolError),
        ("hangup-after", httpx.RemoteProtocolError),
        ("timeout", httpx.ReadTimeout),
        ("timeout-after", httpx.ReadTimeout),
        ("slow", httpx.ReadTimeout),
        ("truncated", httpx.RemoteProtocolError),
        ("unended", httpx.RemoteProtocolError),
        ("stall", httpx.ReadTimeout),
        ("reset-amid", httpx.ReadError),
    ],
)
@pytest.mark.parametrize("place", ["/Run", "/Task/Detail"])
def test_connections_that_fail(name: str, error: type[httpx.TransportError], place: str) -> None:
    wiro = Wiro(f"{name}{place}")
    wiro.machine.run(protocol.TOOL, TWO_SCENES)
    with pytest.raises(error):
        wiro.http.post(RUN if place == "/Run" else DETAIL, json={**TWO_SCENES, "taskid": "2221"})


def test_answers_that_come_in_the_end() -> None:
    wiro = Wiro("dribble", "gzip/Task/Detail", "unseen-cut/Task/Detail")
    assert wiro.run()["taskid"] == "2221"
    request = wiro.http.build_request("POST", DETAIL, json={"taskid": "2221"})
    zipped = wiro.http.send(request, stream=True)
    assert zipped.headers["content-encoding"] == "gzip"
    whole = gzip.decompress(b"".join(zipped.iter_raw()))
    assert json.loads(whole)["tasklist"][0]["id"] == "2221"
    cut = wiro.http.post(DETAIL, json={"taskid": "2221"})
    assert "content-length" not in cut.headers
    assert cut.content == whole[: len(whole) // 2]


def test_a_slow_answer_passes_time() -> None:
    clock = Clock(1000.0)
    machine = Machine(now=clock, draw=draw)
    machine.faults.arrange("slow")
    carrier = transport(machine, sleep=clock.sleep)

    async def submit() -> dict[str, Any]:
        async with httpx.AsyncClient(transport=carrier) as http:
            found = (await http.post(RUN, json=TWO_SCENES)).json()
            assert isinstance(found, dict)
            return found

    assert asyncio.run(submit())["taskid"] == "2221"
    assert clock.slept == [2.0]


@pytest.mark.parametrize(
    "name", ["not-json", "html", "empty", "garbage-after", "html-after", "half-json", "wrong-bytes"]
)
def test_bodies_that_are_no_json(name: str) -> None:
    wiro = Wiro(f"{name}/Run")
    answer = wiro.http.post(RUN, json=TWO_SCENES)
    assert answer.status_code == 200
    with pytest.raises(ValueError):  # noqa: PT011 - of either kind: no JSON, or no UTF-8
        json.loads(answer.content)
    assert (answer.headers["content-type"] == "text/html") == name.startswith("html")


def test_bodies_that_are_json_of_another_kind() -> None:
    wiro = Wiro("json-list/Run", "twice-keys/Run")
    assert wiro.http.post(RUN, json=TWO_SCENES).json() == [1, 2, 3]
    pairs = json.loads(wiro.http.post(RUN, json=TWO_SCENES).content, object_pairs_hook=list)
    assert [value for key, value in pairs if key == "result"] == [True, "perhaps"]


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_statuses(status: int) -> None:
    wiro = Wiro(f"http-{status}")
    assert wiro.http.post(RUN, json=TWO_SCENES).status_code == status


@pytest.mark.parametrize(
    ("kind", "value"),
    [("seconds", "2"), ("negative", "-5"), ("junk", "when the moon is full"), ("huge", "99999999999")],
)
def test_when_to_come_again(kind: str, value: str) -> None:
    answer = Wiro(f"http-429-{kind}").http.post(RUN, json=TWO_SCENES)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, value)


def test_when_to_come_again_as_a_date() -> None:
    wiro = Wiro("http-429-date/files", "http-429-date")
    wiro.clock.moment = 1000.5
    for answer in (wiro.http.post(RUN), wiro.http.get("https://wiro.invalid/files/x/0.png")):
        assert answer.status_code == 429
        assert parsedate_to_datetime(answer.headers["retry-after"]).timestamp() == 1003


@pytest.mark.parametrize("code", [96, 97, 98, 99])
def test_codes(code: int) -> None:
    answer = Wiro(f"code-{code}").run()
    assert (answer["result"], answer["errors"][0]["code"]) == (False, code)


def test_a_redirect_of_the_api_leads_nowhere() -> None:
    wiro = Wiro("api-redirect")
    answer = wiro.http.post(RUN, json=TWO_SCENES)
    assert (answer.status_code, answer.headers["location"]) == (307, "/elsewhere")
    assert wiro.http.post(RUN, json=TWO_SCENES, follow_redirects=True).status_code == 200
    wiro.machine.faults.arrange("api-redirect")
    assert wiro.http.post(RUN, json=TWO_SCENES, follow_redirects=True).status_code == 404


# ---- tasks ---------------------------------------------------------------------------------------------------


def test_a_status_that_nobody_knows_passes() -> None:
    wiro = Wiro("unknown-status")
    wiro.run()
    assert wiro.detail()["status"] == "task_dreaming"
    assert wiro.detail()["status"] == "task_postprocess_end"


def test_a_task_that_fails_is_not_charged() -> None:
    wiro = Wiro("fails")
    wiro.run()
    task = wiro.detail()
    assert (task["status"], task["pexit"], task["outputs"]) == ("task_postprocess_end", "1", [])
    assert task["debugerror"] == "CUDA out of memory"
    assert wiro.charges() == [0.0]


def test_a_task_that_is_stuck_until_it_is_killed() -> None:
    wiro = Wiro("stuck", speed=1)
    wiro.run()
    wiro.clock.moment += 1e9
    task = wiro.detail()
    assert (task["status"], task["pexit"], task["endtime"]) == ("task_output", None, "0")
    assert wiro.charges() == [0.0]
    assert wiro.answer(f"{BASE}/Task/Kill", {"taskid": "2221"})["tasklist"][0]["status"] == "task_cancel"


def test_a_task_that_waits_long() -> None:
    wiro = Wiro("long-queue", speed=1)
    wiro.run()
    wiro.clock.moment += 60
    assert wiro.detail()["status"] == "task_queue"
    wiro.clock.moment += 6
    assert wiro.detail()["status"] == "task_postprocess_end"


def test_a_task_without_files_is_charged() -> None:
    wiro = Wiro("no-outputs")
    wiro.run()
    task = wiro.detail()
    assert (task["pexit"], task["outputs"]) == ("0", [])
    assert wiro.charges() == [0.00351]


def test_files_that_come_late() -> None:
    wiro = Wiro("late-outputs", speed=1)
    wiro.run()
    assert wiro.detail()["outputs"] == []
    wiro.clock.moment += 6
    assert [(task["status"], len(task["outputs"])) for task in (wiro.detail(), wiro.detail(), wiro.detail())] == [
        ("task_postprocess_end", 0),
        ("task_postprocess_end", 3),
        ("task_postprocess_end", 3),
    ]
    assert wiro.charges() == [0.00351]


@pytest.mark.parametrize(("name", "count"), [("more-outputs", 4), ("fewer-outputs", 2)])
def test_another_number_of_files(name: str, count: int) -> None:
    wiro = Wiro(name)
    wiro.run()
    outputs = wiro.detail()["outputs"]
    assert len(outputs) == len({output["url"] for output in outputs}) == count
    for output in outputs:
        assert len(wiro.http.get(output["url"]).content) == int(output["size"])
    assert wiro.http.get(outputs[0]["url"].replace("0.png", f"{count}.png")).status_code == 404


def test_addresses_that_are_new_each_time() -> None:
    wiro = Wiro("fresh-urls")
    wiro.run()
    first, second = (wiro.detail()["outputs"][0]["url"] for _ in range(2))
    assert first != second
    assert (wiro.http.get(first).status_code, wiro.http.get(second).status_code) == (403, 200)


def test_addresses_that_die() -> None:
    wiro = Wiro("url-expired")
    wiro.run()
    task = wiro.detail()
    for output in task["outputs"]:
        assert wiro.http.get(output["url"]).status_code == 403
    renewed = wiro.detail()
    assert [output["id"] for output in renewed["outputs"]] == [output["id"] for output in task["outputs"]]
    for output in renewed["outputs"]:
        assert len(wiro.http.get(output["url"]).content) == int(output["size"])


def test_a_size_that_is_wrong() -> None:
    wiro = Wiro("wrong-size")
    wiro.run()
    for output in wiro.detail()["outputs"]:
        assert len(wiro.http.get(output["url"]).content) == int(output["size"]) - 1


# ---- files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["no-picture", "broken-picture", "bomb"])
def test_pictures_that_are_none_have_the_announced_size(name: str) -> None:
    wiro = Wiro(name, pictures=True)
    wiro.run()
    output = wiro.detail()["outputs"][0]
    spoilt, whole = (wiro.http.get(output["url"]).content for _ in range(2))
    assert len(spoilt) == len(whole) == int(output["size"])
    assert spoilt.startswith(b"\x89PNG") == (name != "no-picture")
    with pytest.raises((OSError, SyntaxError, Image.DecompressionBombError)), Image.open(io.BytesIO(spoilt)) as image:
        image.load()
    with Image.open(io.BytesIO(whole)) as image:
        image.load()


def test_the_bomb_says_how_large_it_is() -> None:
    wiro = Wiro("bomb", pictures=True)
    wiro.run()
    content = wiro.http.get(wiro.detail()["outputs"][0]["url"]).content
    assert content[16:24] == (50_000).to_bytes(4, "big") * 2


def test_a_picture_that_is_called_a_page() -> None:
    wiro = Wiro("wrong-type")
    wiro.run()
    url = wiro.detail()["outputs"][0]["url"]
    assert wiro.http.get(url).headers["content-type"] == "text/html"
    assert wiro.http.get(url).headers["content-type"] == "image/png"


def test_a_file_elsewhere() -> None:
    wiro = Wiro("file-redirect")
    wiro.run()
    url = wiro.detail()["outputs"][0]["url"]
    assert wiro.http.get(url, follow_redirects=True).content == b"1: a fox / runs / Away!"
    wiro.machine.faults.arrange("file-redirect@1")
    with pytest.raises(httpx.TooManyRedirects):
        wiro.http.get(url, follow_redirects=True)


# ---- the list ------------------------------------------------------------------------------------------------


def test_a_list_that_is_less_than_one_hopes_for() -> None:
    wiro = Wiro("list-unsupported", "list-bare", "list-text")
    wiro.run()
    url = f"{BASE}/Task/List"
    assert wiro.http.post(url, json={}).status_code == 404
    assert "parameters" not in wiro.answer(url, {})["tasklist"][0]
    sent = {**TWO_SCENES, "width": 64, "height": 64}
    assert json.loads(wiro.answer(url, {})["tasklist"][0]["parameters"]) == sent
    assert wiro.answer(url, {})["tasklist"][0]["parameters"] == sent


# ---- our own client over it -----------------------------------------------------------------------------------


def test_our_client_meets_the_same() -> None:
    wiro = Wiro("garbage-after")

    async def submit(client: WiroClient) -> None:
        await client.run(TWO_SCENES)

    with pytest.raises(SubmissionUnknownError):
        call(client_of(wiro.machine, wiro.clock), submit)
    assert wiro.charges() == [0.00351]


def test_every_fault_of_files_can_be_ordered_for_them() -> None:
    for name in ON_REQUESTS:
        if FILES in CATALOGUE[name].places:
            wiro = Wiro(f"{name}/files")
            wiro.run()
            url = wiro.detail()["outputs"][0]["url"]
            try:
                spoilt = wiro.http.get(url)
            except httpx.TransportError:
                spoilt = None
            right = wiro.http.get(wiro.detail()["outputs"][0]["url"])
            assert right.content == b"1: a fox / runs / Away!"
            is_harmless = name in ("dribble", "slow")
            assert is_harmless or spoilt is None or (spoilt.content, spoilt.headers) != (right.content, right.headers)
