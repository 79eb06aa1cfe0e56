from __future__ import annotations

import asyncio
import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyscript.errors import ConfigurationError, DiskError, UnreachableError
from storyscript.fake import Machine, recording, replaying, transport
from storyscript.fake.faults import Broken, Response
from storyscript.fake.tape.matching import Bindings
from storyscript.fake.tape.recording import Recorder
from storyscript.fake.tape.redacting import Redactor
from storyscript.fake.tape.replaying import Replay
from storyscript.wiro import Credentials
from wiro.standins import ACCOUNT, TWO_SCENES, Clock, call, client_over, machine_at

if TYPE_CHECKING:
    from pathlib import Path

    from storyscript.wiro import WiroClient

CALLBACK = "https://me.example/hooks/d41d8cd98f00b204e9800998"


async def session(client: WiroClient) -> tuple[str, str, list[tuple[str | None, bytes]]]:
    """A task from its Run to its files."""
    submitted = await client.run({**TWO_SCENES, "callbackUrl": CALLBACK})
    task = await client.task_detail(submitted.taskid)
    files = []
    for output in task.outputs:
        parts: list[bytes] = []
        await client.download(output.url or "", parts.append, limit=10_000)
        files.append((output.name, b"".join(parts)))
    return submitted.taskid, task.status, files


def recorded(path: Path, *faults: str) -> tuple[Machine, object]:
    """A session of our client with the fake, recorded."""
    clock = Clock()
    machine = machine_at(clock, account=ACCOUNT, speed=0)
    machine.faults.arrange(*faults)
    return machine, call(client_over(recording(transport(machine), path), clock), session)


def secrets_of(machine: Machine) -> list[str]:
    task = machine.tasks()[0]
    outputs = machine.outputs(task, machine.now())
    return [
        "test-api-key",
        "test-secret",
        CALLBACK,
        CALLBACK.rpartition("/")[2],
        task.token,
        task.folder,
        *(str(output["accesskey"]) for output in outputs),
    ]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_recording_holds_no_secret(tmp_path: Path) -> None:
    machine, _ = recorded(tmp_path / "tape")
    text = (tmp_path / "tape").read_text("utf-8")
    for secret in secrets_of(machine):
        assert secret
        assert secret not in text
    entries = lines(tmp_path / "tape")
    assert entries[0] == {"recording": 1}
    assert [entry["method"] for entry in entries[1:]] == ["POST", "POST", "GET", "GET", "GET"]
    credentials = [entry["credentials"] for entry in entries[1:3]]
    assert [found["x-api-key"] for found in credentials] == ["<key-1>", "<key-1>"]
    assert [found["x-nonce"] for found in credentials] == ["<nonce-1>", "<nonce-2>"]
    assert [found["x-signature"] for found in credentials] == ["<signature-1>", "<signature-2>"]
    assert not any(entry["credentials"] for entry in entries[3:])
    # The same token is the same placeholder.
    token = entries[1]["answer"]["json"]["socketaccesstoken"]
    assert entries[2]["answer"]["json"]["tasklist"][0]["socketaccesstoken"] == token == "<token-1>"
    assert entries[1]["body"]["json"]["callbackUrl"] == "<callback-1>"
    assert entries[1]["body"]["json"]["prompt"] == "a fox"


def test_the_same_session_again_without_a_service(tmp_path: Path) -> None:
    _, first = recorded(tmp_path / "tape")
    carrier = replaying(tmp_path / "tape")
    other = Credentials("another-api-key", "another-secret")
    assert call(client_over(carrier, Clock(2e9), other), session) == first
    assert carrier.missed == []


def test_failures_are_replayed_too(tmp_path: Path) -> None:
    faults = ["reset/Task/Detail", "http-429-seconds/Task/Detail", "truncated/files"]
    _, first = recorded(tmp_path / "tape", *faults)
    answers = [entry["answer"] for entry in lines(tmp_path / "tape")[1:]]
    assert answers[1] == {"broken": "reset"}
    assert (answers[2]["status"], answers[2]["headers"]) == (429, {"retry-after": "2"})
    assert {"broken": "hangup"} in answers
    clock = Clock()
    carrier = replaying(tmp_path / "tape")
    assert call(client_over(carrier, clock), session) == first
    assert 2 in clock.slept
    assert carrier.missed == []


def test_a_read_may_be_repeated_and_a_run_not(tmp_path: Path) -> None:
    recorded(tmp_path / "tape")
    carrier = replaying(tmp_path / "tape")
    with httpx.Client(transport=carrier, base_url="https://any.invalid") as http:
        run = {**TWO_SCENES, "callbackUrl": CALLBACK}
        path = "/v1/Run/wiro/story-diffusion-advanced"
        assert http.post(path, json=run).json()["taskid"] == "2221"
        for _ in range(3):
            detail = http.post("/v1/Task/Detail", json={"taskid": "2221"}).json()
            assert detail["tasklist"][0]["status"] == "task_postprocess_end"
        again = http.post(path, json=run)
        assert again.status_code == 404
        message = f"the recording holds no POST {path} with this body, or no further one"
        assert again.json()["errors"] == [{"code": 0, "message": message}]
        assert http.get("/v1/Task/Detail").status_code == 404
        assert carrier.missed == [message, "the recording holds no GET /v1/Task/Detail"]


def test_tokens_are_this_replays_own(tmp_path: Path) -> None:
    recorded(tmp_path / "tape")
    with httpx.Client(transport=replaying(tmp_path / "tape"), base_url="https://any.invalid") as http:
        mine = "https://elsewhere.example/x"
        run = http.post("/v1/Run/wiro/story-diffusion-advanced", json={**TWO_SCENES, "callbackUrl": mine}).json()
        detail = http.post("/v1/Task/Detail", json={"taskid": "2221"}).json()["tasklist"][0]
        assert run["socketaccesstoken"] == detail["socketaccesstoken"]
        assert run["socketaccesstoken"].isalnum()
        assert len(run["socketaccesstoken"]) == 30
        assert detail["parameters"]["callbackUrl"] == mine
        assert http.get(detail["outputs"][1]["url"]).content == b"2:  / rain / rain"


def test_an_upload_is_kept_as_its_hash(tmp_path: Path) -> None:
    async def upload(http: httpx.AsyncClient, content: bytes) -> dict[str, Any]:
        found = (await http.post("/v1/File/Upload", files={"file": ("me.png", content, "image/png")})).json()
        assert isinstance(found, dict)
        return found

    async def inside(carrier: httpx.AsyncBaseTransport, content: bytes) -> dict[str, Any]:
        async with httpx.AsyncClient(transport=carrier, base_url="https://any.invalid") as http:
            return await upload(http, content)

    content = bytes(range(256)) * 100
    first = asyncio.run(inside(recording(transport(Machine()), tmp_path / "tape"), content))
    [file] = lines(tmp_path / "tape")[1]["body"]["files"].values()
    assert (file["name"], file["size"], len(file["sha256"])) == ("me.png", 25600, 64)
    assert (tmp_path / "tape").stat().st_size < 2000
    # The form's boundary is another each time, and does not matter. The bytes do.
    again = asyncio.run(inside(replaying(tmp_path / "tape"), content))
    assert again["list"][0]["id"] == first["list"][0]["id"]
    assert asyncio.run(inside(replaying(tmp_path / "tape"), content + b"x"))["result"] is False


def test_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    answers: list[Response | Broken] = [
        Response(200, bytes(range(256)), "image/png"),
        Response(200, b'{"a": 1, "a": 2}'),
        Response(200, b"<p>\xc3\xa9</p>", "text/html"),
        Response(200, gzip.compress(b'{"tasktoken": "abcdefgh"}', mtime=0), headers=(("content-encoding", "gzip"),)),
        Response(302, b"", headers=(("Location", "https://cdn.example/x?signed=abcdefgh"),)),
        Response(200, b'{"a": 1}', delivery="dribble", delay=0.5),
        Broken("timeout"),
    ]
    with Recorder(tmp_path / "tape") as recorder:
        for number, answer in enumerate(answers):
            recorder.add("GET", "https://a.example", f"/{number}", {"Cookie": "abc"}, b"", answer)
    assert "abcdefgh" not in (tmp_path / "tape").read_text("utf-8")
    replay = Replay(tmp_path / "tape")
    found = [replay.answer("GET", f"/{number}", {}, b"") for number in range(len(answers))]
    assert found[:3] == answers[:3]
    assert found[5:] == answers[5:]
    zipped, moved = found[3:5]
    assert isinstance(zipped, Response)
    assert isinstance(moved, Response)
    assert re.fullmatch(rb'{"tasktoken": "[A-Za-z0-9]{30}"}', gzip.decompress(zipped.body))
    assert moved.headers[0][1].startswith("https://cdn.example/x?")


def test_an_origin_can_stand_in_for_those_recorded(tmp_path: Path) -> None:
    with Recorder(tmp_path / "tape") as recorder:
        answer = Response(200, b'{"url": "https://cdn.example/f/0.png"}')
        recorder.add("GET", "https://api.example", "/a", {}, b"", answer)
        recorder.add("GET", "https://cdn.example", "/f/0.png", {}, b"", Response(200, b"x", "image/png"))
    found = Replay(tmp_path / "tape").answer("GET", "/a", {}, b"", origin="http://127.0.0.1:8123")
    assert isinstance(found, Response)
    assert json.loads(found.body) == {"url": "http://127.0.0.1:8123/f/0.png"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no recording that can be read: its first line does not say so"),
        ('{"recording": 2}\n', "its first line does not say so"),
        ("pictures\n", "line 1, is no JSON object"),
        ('{"recording": 1}\n[]\n', "line 2, is no JSON object"),
        ('{"recording": 1}\n{"method": "GET"}\n', "line 2, is no request with its answer"),
        (
            '{"recording": 1}\n{"origin": "", "method": "", "target": "", "body": null, "answer": {"broken": "x"}}',
            "line 2, is no request with its answer",
        ),
    ],
)
def test_a_file_that_is_no_recording(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "tape"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        replaying(path)
    assert says in str(refused.value)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*: No such file"):
        replaying(tmp_path / "none")
    (tmp_path / "taken").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="it is not text"):
        replaying(tmp_path / "taken")
    with pytest.raises(ConfigurationError, match="is there already: name another file"):
        recording(transport(Machine()), tmp_path / "taken")
    with pytest.raises(DiskError, match="cannot write"):
        recording(transport(Machine()), tmp_path / "no/folder")


def test_what_a_service_without_a_connection_leaves(tmp_path: Path) -> None:
    clock = Clock()
    machine = machine_at(clock)
    machine.faults.arrange("refused:9")
    with pytest.raises(UnreachableError):
        call(client_over(recording(transport(machine), tmp_path / "tape"), clock), session)
    answers = [entry["answer"] for entry in lines(tmp_path / "tape")[1:]]
    assert answers
    assert all(answer == {"broken": "unreachable"} for answer in answers)


# ---- the parts -----------------------------------------------------------------------------------------------

words = st.text("abcdefghij0123456789-_ /?&=<>.:\"'é", min_size=6, max_size=30)
values = st.recursive(
    st.none() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


@given(values, st.lists(words, min_size=1, max_size=3), st.integers(0, 3))
@example(89000000, ["000000"], 0)
def test_no_known_secret_gets_through(value: object, secrets: list[str], where: int) -> None:
    redactor = Redactor()
    redactor.learn({"tasktoken": secrets})
    shown = redactor.value({"in": [f"x{secrets[0]}y", value], secrets[-1]: where})
    text = json.dumps(shown, ensure_ascii=False)
    # A placeholder may hold what happens to be a secret: `token`, for one.
    bare = json.loads(text.replace("<token-", "").replace(">", ""))
    assert all(secret not in str(bare) for secret in secrets if "<" not in secret and ">" not in secret)


def test_the_longest_of_several_secrets_is_replaced() -> None:
    redactor = Redactor()
    redactor.learn({"tasktoken": ["secret-1", "secret-1-and-2", "short"]})
    assert redactor.text("secret-1-and-2, secret-1, xsecret-1x") == "<token-2>, <token-1>, x<token-1>x"
    assert redactor.content(b"\xffsecret-1\x00\xff") == b"\xff<token-1>\x00\xff"
    # A short one is replaced where it is the whole value, and cannot be told from a word elsewhere.
    assert (redactor.text("short"), redactor.text("a short one")) == ("<token-3>", "a short one")


@given(values)
def test_a_request_matches_what_was_recorded_of_it(value: object) -> None:
    redactor = Redactor()
    redactor.learn({"tasktoken": value})
    bindings = Bindings()
    assert bindings.match(redactor.value({"tasktoken": value}), {"tasktoken": value})
    assert not bindings.match(redactor.value({"tasktoken": value}), {"tasktoken": [value, 1]})


def test_a_placeholder_stands_for_one_text() -> None:
    bindings = Bindings()
    assert bindings.match(["<token-1>", "/f/<path-1>/0.png"], ["abc", "/f/xyz/0.png"])
    assert bindings.fill("<token-1> <path-1>") == "abc xyz"
    assert not bindings.match("<token-1>", "other")
    assert not bindings.match({"a": "<token-2>", "b": "<token-2>"}, {"a": "1", "b": "2"})
    assert bindings.match({"a": "<token-2>", "b": "<token-2>"}, {"a": "3", "b": "3"})
    assert bindings.fill("<token-3>") == bindings.fill("<token-3>")
    assert bindings.match("<token-4>", 'say "x"')
    assert json.loads(bindings.fill_json('{"a": "<token-4>!"}')) == {"a": 'say "x"!'}
    assert not bindings.match(1, given=True)
    assert not bindings.match("1", [])
