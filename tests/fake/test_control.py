from __future__ import annotations

import json
from typing import Any

import pytest

from fake.posting import RUN, opened, post
from storyscript.fake import HeldClock, Machine
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.faults import Broken, Response
from storyscript.fake.service import handle
from wiro.standins import TWO_SCENES, draw


def ask(machine: Machine, method: str, path: str, sent: object = None) -> tuple[int, dict[str, Any]]:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode() if sent is not None else b""
    answer = handle(machine, method, f"/__fake__/{path}", {}, body)
    assert isinstance(answer, Response)
    found = json.loads(answer.body)
    assert isinstance(found, dict)
    return answer.status, found


def test_faults_are_ordered_listed_and_cleared() -> None:
    machine = opened()
    status, answer = ask(machine, "POST", "faults", {"faults": ["reset:2", {"name": "stuck", "probability": 0.5}]})
    assert status == 200
    assert answer["ordered"] == [
        {"name": "reset", "endpoint": "/Run", "count": 2, "probability": 1.0, "served": 0},
        {"name": "stuck", "endpoint": "/tasks", "count": None, "probability": 0.5, "served": 0},
    ]
    assert handle(machine, "POST", RUN, {}, b"{}") == Broken("reset")
    _, answer = ask(machine, "GET", "faults")
    assert (answer["ordered"][0]["served"], answer["happened"], answer["seen"]) == (1, {"reset": 1}, {"/Run": 1})
    assert [entry["name"] for entry in answer["names"]] == list(CATALOGUE)
    assert answer["names"][0] == {
        "name": "refused",
        "endpoints": list(CATALOGUE["refused"].places),
        "effect": "no",
        "what": CATALOGUE["refused"].what,
    }
    assert ask(machine, "DELETE", "faults")[1]["ordered"] == []
    assert post(machine, RUN, TWO_SCENES)[1]["result"] is True


def test_a_seed_repeats_what_happens() -> None:
    machine = opened()
    found = []
    for _ in range(2):
        ask(machine, "DELETE", "faults")
        ask(machine, "POST", "faults", {"faults": ["reset@0.5"], "seed": 7})
        found.append([isinstance(handle(machine, "POST", RUN, {}, b"{}"), Broken) for _ in range(30)])
    assert found[0] == found[1]
    assert set(found[0]) == {True, False}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        ([], "the body is not a JSON object of faults, seed"),
        ({"fault": "reset"}, "the body is not a JSON object of faults, seed"),
        ({"faults": "reset"}, "`faults` is a list of orders"),
        ({"faults": [7]}, "an order of a fault is a text"),
        ({"faults": ["reset", "rest"]}, "did you mean `reset`?"),
        ({"faults": [{"name": "reset", "count": True}]}, "or an object of count, endpoint, name, probability"),
        ({"faults": [{"name": "reset", "often": 1}]}, "or an object of count, endpoint, name, probability"),
        ({"faults": ["reset"], "seed": 0.5}, "`seed` is a whole number"),
        (b'{"faults": ["reset"], "seed": ' + b"9" * 5000 + b"}", "the body is not JSON"),
    ],
)
def test_what_is_no_order_changes_nothing(sent: object, says: str) -> None:
    machine = opened()
    status, answer = ask(machine, "POST", "faults", sent)
    assert (status, answer["result"]) == (400, False)
    assert says in answer["errors"][0]["message"]
    assert machine.faults.ordered() == []


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "faults"), ("POST", "ledger"), ("DELETE", "clock"), ("GET", "x"), ("GET", "")]
)
def test_there_is_nothing_else(method: str, path: str) -> None:
    assert ask(opened(), method, path, {})[0] == 404


def test_held_time_moves_by_request_only() -> None:
    machine = Machine(now=HeldClock(1000.0), draw=draw)
    post(machine, RUN, TWO_SCENES)
    assert ask(machine, "GET", "clock") == (200, {"now": 1000.0, "clock": "virtual"})
    assert ask(machine, "POST", "clock", {"advance": 5.5}) == (200, {"now": 1005.5, "clock": "virtual"})
    assert machine.tasks()[0].status(machine.now()) == "task_postprocess_start"
    ask(machine, "POST", "clock", {"advance": 0.5})
    assert ask(machine, "GET", "ledger")[1]["runs"][0]["charged"] == 0.00351


@pytest.mark.parametrize("seconds", [-1, "1", None, True])
def test_time_does_not_go_back(seconds: object) -> None:
    machine = Machine(now=HeldClock(1000.0))
    assert ask(machine, "POST", "clock", {"advance": seconds})[0] == 400
    assert ask(machine, "POST", "clock", b'{"advance": 1e999}')[0] == 400
    assert machine.now() == 1000.0


def test_real_time_is_nobodys_to_move() -> None:
    status, answer = ask(Machine(now=lambda: 5.0), "POST", "clock", {"advance": 1})
    assert status == 400
    assert answer["errors"][0]["message"].startswith("the clock is a real one, which nobody moves")
    assert ask(Machine(now=lambda: 5.0), "GET", "clock") == (200, {"now": 5.0, "clock": "real"})
