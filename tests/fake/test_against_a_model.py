"""The fake against a model of a few dozen lines: whatever is done in whatever order, both agree on what is charged.

The model knows of a task when it was accepted, what was ordered for it, and whether somebody stopped it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storyscript import protocol
from storyscript.fake import HeldClock, Machine
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.faults import Broken, Response
from storyscript.fake.service import handle
from wiro.standins import TWO_SCENES, draw

COST = 0.00351
SECONDS = 6.0
IN_QUEUE = 0.6
ORDER = {status: number for number, status in enumerate([*protocol.LIFE_CYCLE, protocol.STATUS_CANCEL])}
RUN_FAULTS = [name for name, entry in CATALOGUE.items() if protocol.RUN in entry.places]
FATES = ["", "fails", "stuck", "no-outputs", "late-outputs", "more-outputs", "fewer-outputs", "fresh-urls"]


@dataclass
class Task:
    """What the model knows of a task."""

    created: float
    fate: str
    stopped: bool = False
    deleted: bool = False

    def ended(self, now: float) -> bool:
        return self.stopped or (self.fate != "stuck" and now >= self.created + SECONDS)

    def charged(self, now: float) -> float:
        return COST if self.ended(now) and not self.stopped and self.fate != "fails" else 0.0


class FakeAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[Task] = []
        self.reached: dict[str, int] = {}
        self.uploads: dict[str, bytes] = {}
        self.balance: float | None = None

    @initialize(balance=st.sampled_from([None, 0.0, 5.0, 20.0, 31.0, 300.0]))
    def begin(self, balance: float | None) -> None:
        self.clock = HeldClock(1000.0)
        self.balance = balance
        self.machine = Machine(now=self.clock, balance=balance, draw=draw)

    # -- what the model expects --

    def refusal(self) -> int | None:
        if self.balance is None:
            return None
        now = self.clock()
        left = self.balance - sum(task.charged(now) for task in self.tasks)
        if left <= 0:
            return protocol.CODE_BALANCE
        running = sum(not task.ended(now) for task in self.tasks)
        return None if left > 250 or running < max(1, int(left / 10)) else protocol.CODE_CONCURRENCY

    # -- what is done --

    def post(self, path: str, fields: object = None, body: bytes | None = None, kind: str = "application/json") -> Any:  # noqa: ANN401 - JSON
        content = json.dumps(fields or {}).encode() if body is None else body
        answer = handle(self.machine, "POST", f"/v1{path}", {"content-type": kind}, content)
        assert isinstance(answer, Response)
        return json.loads(answer.body)

    @rule(fate=st.sampled_from(FATES))
    def run(self, fate: str) -> None:
        if fate and self.refusal() is None:
            self.machine.faults.arrange(fate)
        expected = self.refusal()
        answer = self.post(f"/Run/{protocol.TOOL}", {**TWO_SCENES, "steps": len(self.tasks)})
        if expected is not None:
            assert answer["errors"][0]["code"] == expected
            return
        assert answer["taskid"] == str(2221 + len(self.tasks))
        self.tasks.append(Task(self.clock(), fate))

    @rule(name=st.sampled_from(RUN_FAULTS))
    def run_in_trouble(self, name: str) -> None:
        takes_effect = CATALOGUE[name].effect == "yes" and self.refusal() is None
        self.machine.faults.arrange(f"{name}/Run")
        body = json.dumps({**TWO_SCENES, "steps": len(self.tasks)}).encode()
        answer = handle(self.machine, "POST", f"/v1/Run/{protocol.TOOL}", {}, body)
        assert isinstance(answer, Broken | Response)
        if takes_effect:
            self.tasks.append(Task(self.clock(), ""))

    @rule(seconds=st.sampled_from([0.0, 0.3, 1.0, 2.5, 7.0]))
    def wait(self, seconds: float) -> None:
        self.machine.advance(seconds)

    @precondition(lambda self: self.tasks)
    @rule(data=st.data(), how=st.sampled_from(["Cancel", "Kill"]))
    def stop(self, data: st.DataObject, how: str) -> None:
        number = data.draw(st.integers(0, len(self.tasks) - 1))
        task, now = self.tasks[number], self.clock()
        is_queued = now < task.created + IN_QUEUE
        fits = not task.ended(now) and is_queued == (how == "Cancel")
        assert self.post(f"/Task/{how}", {"taskid": str(2221 + number)})["result"] is fits
        task.stopped = task.stopped or fits

    @precondition(lambda self: self.tasks)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.tasks) - 1))
        task = self.tasks[number]
        token = self.machine.tasks()[number].token
        done = self.post("/Task/InputOutputDelete", {"tasktoken": token})["result"]
        assert done is task.ended(self.clock())
        task.deleted = task.deleted or done

    @rule(content=st.binary(min_size=1, max_size=8).filter(lambda content: b"--" not in content))
    def upload(self, content: bytes) -> None:
        head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        answer = self.post("/File/Upload", body=head + content + b"\r\n--X--", kind="multipart/form-data; boundary=X")
        url = answer["list"][0]["url"].removeprefix(self.machine.origin)
        assert url not in self.uploads
        self.uploads[url] = content

    # -- what always holds --

    @invariant()
    def charges_are_those_of_successes_and_each_run_is_once_in_the_ledger(self) -> None:
        runs = json.loads(json.dumps(self.machine.ledger()))["runs"]
        assert [entry["taskid"] for entry in runs] == [str(2221 + number) for number in range(len(self.tasks))]
        assert [entry["parameters"]["steps"] for entry in runs] == list(range(len(self.tasks)))
        now = self.clock()
        assert [entry["charged"] for entry in runs] == [task.charged(now) for task in self.tasks]

    @invariant()
    def statuses_go_forward_only(self) -> None:
        for task in self.machine.tasks():
            status = task.status(self.machine.now())
            assert ORDER[status] >= self.reached.get(task.token, 0)
            self.reached[task.token] = ORDER[status]

    @invariant()
    def detail_and_list_agree(self) -> None:
        listed = self.post("/Task/List", {"order": "ASC", "limit": "1000"})["tasklist"]
        assert len({task["socketaccesstoken"] for task in listed}) == len(listed) == len(self.tasks)
        for shown, task in zip(listed, self.tasks, strict=True):
            [detail] = self.post("/Task/Detail", {"taskid": shown["id"]})["tasklist"]
            assert (detail["status"] in protocol.TERMINAL_STATUSES) == task.ended(self.clock())
            if task.fate == "fresh-urls":
                shown, detail = ({**one, "outputs": len(one["outputs"])} for one in (shown, detail))  # noqa: PLW2901 - new addresses
            if task.fate != "late-outputs":
                assert shown == detail
            assert not detail["outputs"] or (task.charged(self.clock()) and not task.deleted)

    @invariant()
    def files_and_uploads_are_there(self) -> None:
        for url, content in self.uploads.items():
            answer = handle(self.machine, "GET", url, {}, b"")
            assert isinstance(answer, Response)
            assert answer.body == content
        for task, known in zip(self.machine.tasks(), self.tasks, strict=True):
            answer = handle(self.machine, "GET", f"/files/{task.folder}/0.png", {}, b"")
            assert isinstance(answer, Response)
            has_files = known.charged(self.clock()) > 0 and not known.deleted and known.fate != "no-outputs"
            assert (answer.status == 200) == has_files


FakeAgainstModel.TestCase.settings = settings(max_examples=100, stateful_step_count=30)
TestAgainstModel = FakeAgainstModel.TestCase
