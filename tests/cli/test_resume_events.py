"""What programs hear of `run` and `resume` (`--json`), and what `resume` hears of the service (`--listen`)."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import pytest

from rendering.commands import SECRETS, Shop, panels, write
from storyscript import errors, protocol
from storyscript.rendering import engine
from storyscript.rendering.ledger import peek
from wiro.servers import deaf_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rendering.commands import Said

ONE = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
TWO = ONE + "character Tom\n  a man\nscene tom\n  lead: Tom\n  sits\n"
SECRET = "5f0c2a7e9d1b4c38"

TEXT, NUMBER = {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}
NULLABLE = {"type": ["string", "null"], "minLength": 1}


def record(optional: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - a schema
    """The schema of an object with these fields and no others."""
    properties = fields | (optional or {})
    return {"type": "object", "properties": properties, "required": [*fields], "additionalProperties": False}


KINDS = [name for name in dir(errors) if name.endswith("Error")]
ERROR = record(kind={"enum": KINDS}, message=TEXT, exit={"enum": [1, 2, 3, 4, 5, 6]})
SCHEMAS = {
    "job": record(
        event=TEXT,
        story=TEXT,
        job={"type": "integer", "minimum": 1},
        lead=NULLABLE,
        stage={"enum": ["submitting", "waiting", "saving", "done", "failed", "left"]},
        task=NULLABLE,
        optional={"status": TEXT, "percent": NUMBER, "saved": NUMBER, "outputs": NUMBER, "error": ERROR},
    ),
    "error": record(event=TEXT, title=NULLABLE, error=ERROR),
    "story": record(
        event=TEXT,
        story=TEXT,
        title=TEXT,
        panels=NUMBER,
        wanted=NUMBER,
        unplaced=NUMBER,
        left=NUMBER,
        errors={"type": "array", "items": ERROR},
    ),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, monkeypatch, capsys)


# ---- events --------------------------------------------------------------------------------------------------


def secrets(shop: Shop) -> Iterator[str]:
    """Everything that no line may hold."""
    yield from SECRETS
    for task in shop.machine.tasks():
        yield task.token
        yield f"/files/{task.folder}"


def check(shop: Shop, said: Said) -> list[dict[str, Any]]:
    """Each line is an event of the page, and none gives anything away."""
    for event in said.events:
        jsonschema.validate(event, SCHEMAS[event["event"]])
    for secret in secrets(shop):
        assert secret not in said.out + said.err
    assert str(Path.cwd()) not in said.out
    return said.events


@pytest.mark.parametrize(
    "orders",
    [
        (),
        ("fails",),
        ("reset-after:2",),
        ("http-401",),
        ("code-97",),
        ("html/Task/Detail",),
        ("url-expired@1",),
        ("bomb@1",),
        ("stuck",),
        ("unknown-status@1",),
        ("more-outputs",),
        ("list-unsupported@1", "reset-after"),
    ],
    ids=" ".join,
)
def test_each_event_is_as_the_page_says(shop: Shop, orders: tuple[str, ...]) -> None:
    shop.machine.faults.arrange(*orders)
    first = shop.run("--json", write("a.story", TWO))
    second = shop.resume("--json")
    for said in (first, second):
        events = check(shop, said)
        assert said.code == max([error["exit"] for error in said.errors], default=0)
        for event in events:
            # Whatever ends a job is its last event.
            if event["event"] == "job" and event["stage"] in ("done", "failed", "left"):
                later = events[events.index(event) + 1 :]
                assert not [one for one in later if one["event"] == "job" and one["job"] == event["job"]]


def test_the_events_of_a_resume_tell_its_story(shop: Shop) -> None:
    shop.run("--detach", "--json", write("a.story", TWO))
    events = check(shop, shop.resume("--json"))
    stages = [event["stage"] for event in events if event.get("job") == 2]
    assert list(dict.fromkeys(stages)) == ["waiting", "saving", "done"]
    statuses = [event["status"] for event in events if event.get("stage") == "waiting"]
    assert set(statuses) <= {*protocol.LIFE_CYCLE}
    assert statuses[-1] == protocol.STATUS_POSTPROCESS_END
    last = {"event": "story", "story": "out/a", "title": "a", "panels": 3, "wanted": 3, "unplaced": 0, "left": 0}
    assert events[-1] == last | {"errors": []}


def test_what_is_left_is_counted(shop: Shop) -> None:
    shop.machine.balance = 0.003
    shop.run("--jobs", "1", write("a.story", TWO))
    [*_, event] = check(shop, shop.resume("--json", "--fetch-only"))
    assert (event["panels"], event["left"], event["errors"]) == (2, 1, [])
    [*_, event] = check(shop, shop.resume("--json"))
    assert (event["left"], [error["kind"] for error in event["errors"]]) == (0, ["LimitError"])


def test_a_story_that_cannot_be_opened_is_an_event(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("--detach", write("a.story", TWO))
    monkeypatch.setenv("WIRO_BASE_URL", "https://elsewhere.invalid/v1")
    [event] = check(shop, shop.resume("--json"))
    assert (event["event"], event["error"]["kind"], event["error"]["exit"]) == ("error", "ConfigurationError", 2)


@pytest.mark.parametrize("others", [0, 1])
def test_a_folder_that_is_damaged_is_an_event(shop: Shop, others: int) -> None:
    shop.run("--detach", *[write(f"{name}.story", TWO) for name in "ab"[: 1 + others]])
    Path("out/a/ledger.jsonl").write_text("{\n")
    said = shop.resume("--json")
    [event, *more] = check(shop, said)
    assert (event["event"], event["error"]["kind"], event["error"]["exit"]) == ("error", "DiskError", said.code)
    assert [one["story"] for one in more if one["event"] == "story"] == ["out/b"] * others


# ---- callbacks -----------------------------------------------------------------------------------------------


def calling(url: str) -> str:
    return f"callback: {url}\n{TWO}"


def test_listening_wants_a_story_with_a_secret_in_its_callback(shop: Shop) -> None:
    shop.run("--detach", write("a.story", calling("https://comics.invalid/hook")))
    said = shop.resume("--listen", "8123")
    assert said.code == 2
    assert "`--listen` hears callbacks of stories whose `callback:` has a secret in its path" in said.err
    assert [entry.state for entry in peek(Path("out/a"))] == ["accepted"] * 2


@pytest.mark.parametrize("port", ["-1", "65536", "x", "1.5", ""])
def test_a_port_that_is_none(shop: Shop, port: str) -> None:
    said = shop.resume("--listen", port)
    assert said.code == 2
    assert f"a port is a whole number from 0 to 65535, not `{port}`" in said.err


@pytest.mark.real_socket
@pytest.mark.usefixtures("socket_enabled")
def test_a_callback_brings_the_end_sooner(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE"):
        monkeypatch.setattr(engine, name, 600.0)
    port = asyncio.run(deaf_port())
    path = f"/hooks/{SECRET}"
    shop.run("--detach", write("a.story", calling(f"https://comics.invalid{path}")))
    shop.see(sleep=asyncio.sleep)
    answers: list[int] = []

    def call() -> None:
        shop.wait()  # the tasks end at the service
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            for way, body in (
                ("/hooks/guessed-by-somebody", b'{"taskid": "2221"}'),
                (path, b"nonsense"),
                (path, b'{"taskid": "9999"}'),
                (path, b'{"taskid": "2221"}'),
                (path, b'{"tasklist": [{"id": "2222", "status": "task_cancel"}]}'),
            ):
                answers.append(client.post(way, content=body, headers={"Content-Type": "application/json"}).status_code)

    calls = threading.Thread(target=call)

    def looked(path: str) -> None:
        if path == "/Task/Detail" and shop.wire.count("/Task/Detail") == 2:
            calls.start()

    shop.wire.after = looked
    said = shop.resume("--listen", str(port))
    calls.join()
    assert said.code == 0
    assert f"listening for callbacks on 127.0.0.1:{port}" in said.err
    assert SECRET not in said.out + said.err
    assert answers == [404, 200, 200, 200, 200]
    # What the callback said is not believed: the task's details are what counts.
    assert (shop.wire.count("/Task/Detail"), len(panels())) == (4, 3)
