from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from storyscript import protocol
from storyscript.errors import (
    CredentialsError,
    LimitError,
    MalformedAnswerError,
    RefusedError,
    StoryscriptError,
    UnreachableError,
)
from storyscript.fake import Account, faults
from storyscript.tool.schema import compare, known_parameters
from storyscript.wiro import Credentials, ToolDetail, WiroClient
from wiro.standins import CREDENTIALS, Canned, Clock, call, client_of, client_over, machine_at

if TYPE_CHECKING:
    from storyscript.fake import Machine

OWNER, PROJECT = protocol.TOOL.split("/")


async def ask(client: WiroClient) -> ToolDetail:
    return await client.tool_detail(OWNER, PROJECT)


async def verify(client: WiroClient) -> None:
    await client.verify()


def machine() -> Machine:
    return machine_at(Clock())


def answered(tool: object) -> ToolDetail:
    body = json.dumps({"result": True, "errors": [], "tool": [tool]}).encode()
    return call(client_over(Canned(httpx.Response(200, content=body)), Clock()), ask)


def test_the_fakes_tool_is_the_one_that_storyscript_knows() -> None:
    tool = call(client_of(machine(), Clock()), ask)
    stated = tool.schema_of_parameters()
    assert stated is not None
    assert len(stated) == 16
    assert compare(known_parameters(), stated) == []
    statement = tool.price_statement()
    assert statement is not None
    assert statement[0].endswith(" a request")
    assert statement[1] == "dynamicprice"
    assert repr(tool) == "ToolDetail(slugowner='wiro', slugproject='story-diffusion-advanced')"


@pytest.mark.parametrize(
    "tool",
    [{}, {"parameters": None}, {"parameters": []}, {"parameters": "[]"}, {"parameters": ""}, {"parameters": {}}],
    ids=str,
)
def test_a_tool_that_says_little(tool: object) -> None:
    detail = answered(tool)
    assert detail.schema_of_parameters() is None
    assert detail.price_statement() is None


def test_many_forms_of_the_same() -> None:
    items = [
        {"id": "a", "type": "number", "default": "3", "min": "1", "max": "", "required": "true", "later": {"x": 1}},
        {"id": "b", "default": None, "options": None, "required": None},
        {"id": "c", "options": [{"label": "One", "value": 1}, {"label": None, "value": "2"}, {"label": "no value"}]},
        {"id": "d", "default": ["x"], "options": ""},
    ]
    groups = [{"title": "", "items": items}, {"title": "empty", "items": None}]
    detail = answered({"parameters": json.dumps(groups), "dynamicprice": None, "approximatelycost": 0.5, "new": 1})
    stated = detail.schema_of_parameters()
    assert stated is not None
    assert [tuple(parameter) for parameter in stated] == [
        ("a", "number", ("3",), {}, 1.0, None, True),
        ("b", None, (None,), {}, None, None, False),
        ("c", None, (), {"1": "One", "2": "2"}, None, None, False),
        ("d", None, ("['x']",), {}, None, None, False),
    ]
    assert detail.price_statement() == ("about $0.5 a Run", "approximatelycost")
    assert detail.model_extra == {"new": 1}


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({"dynamicprice": '[{"inputs":{},"price":0.03,"priceMethod":"cpr"}]'}, ("$0.03 a request", "dynamicprice")),
        (
            {"dynamicprice": '[{"inputs":{"width":"1024"},"price":"0.1","priceMethod":"cpo"},{"price":1}]'},
            ("$0.1 an output with width 1024; $1 by the method that is not stated", "dynamicprice"),
        ),
        ({"dynamicprice": [{"price": 2, "priceMethod": "cp-moon"}]}, ("$2 by the method cp-moon", "dynamicprice")),
        ({"dynamicprice": "", "approximatelycost": "0.2", "cps": "9"}, ("about $0.2 a Run", "approximatelycost")),
        ({"dynamicprice": "[{]", "cps": "0.001"}, ("$0.001 a second", "cps")),
        ({"dynamicprice": "[NaN]"}, None),
        ({"dynamicprice": "7"}, None),
        ({"dynamicprice": '[{"inputs": 5}]'}, None),
        ({"dynamicprice": {"price": 1}}, None),
        ({}, None),
    ],
    ids=str,
)
def test_prices(fields: dict[str, object], price: tuple[str, str] | None) -> None:
    assert answered(fields).price_statement() == price


@pytest.mark.parametrize(
    "tool",
    [
        7,
        None,
        "tool",
        {"parameters": 7},
        {"parameters": "["},
        {"parameters": [{"items": [{"type": "text"}]}]},
        {"parameters": [{"items": [{"id": ""}]}]},
        {"parameters": [{"items": [{"id": "x", "min": "few"}]}]},
        {"parameters": [{"items": "x"}]},
        {"slugowner": "another"},
        {"slugproject": "another"},
    ],
    ids=str,
)
def test_a_tool_that_cannot_be_understood(tool: object) -> None:
    with pytest.raises(MalformedAnswerError) as caught:
        answered(tool)
    assert str(caught.value).startswith("/Tool/Detail: the service")
    assert "\n" not in str(caught.value)


TROUBLE = [
    (faults.HTML, MalformedAnswerError),
    (faults.HALF, MalformedAnswerError),
    (faults.LIST, MalformedAnswerError),
    (faults.EMPTY, MalformedAnswerError),
    (faults.http(302, location="https://elsewhere.invalid/"), MalformedAnswerError),
    (faults.http(401), CredentialsError),
    (faults.http(403), CredentialsError),
    (faults.http(429), LimitError),
    (faults.http(503), UnreachableError),
    (faults.Broken("unreachable"), UnreachableError),
    (faults.Broken("timeout"), UnreachableError),
]


@pytest.mark.parametrize(("fault", "error"), TROUBLE, ids=[f"{number}" for number in range(len(TROUBLE))])
def test_trouble(fault: faults.Fault, error: type[StoryscriptError]) -> None:
    wiro = machine()
    wiro.faults.always(protocol.TOOL_DETAIL, fault)
    wiro.faults.always(protocol.TASK_DETAIL, fault)
    for action in (ask, verify):
        with pytest.raises(error) as caught:
            call(client_of(wiro, Clock()), action)
        assert not any(value in str(caught.value) for value in CREDENTIALS.values)


def test_an_empty_answer_and_an_unknown_tool() -> None:
    wiro = machine()
    wiro.faults.order(protocol.TOOL_DETAIL, faults.Edited(lambda answer: {**answer, "tool": []}))
    with pytest.raises(MalformedAnswerError, match="no `tool`"):
        call(client_of(wiro, Clock()), ask)
    with pytest.raises(RefusedError):
        call(client_of(wiro, Clock()), lambda client: client.tool_detail("wiro", "nothing"))


@pytest.mark.parametrize("attempts", [1, 3])
def test_how_often_is_asked(attempts: int) -> None:
    wiro = machine()
    wiro.faults.always(protocol.TASK_DETAIL, faults.http(500))
    with pytest.raises(UnreachableError):
        call(client_of(wiro, Clock()), lambda client: client.verify(attempts=attempts))
    assert wiro.faults.seen[protocol.TASK_DETAIL] == attempts


@pytest.mark.parametrize(
    "credentials", [Credentials("test-api-key", "wrong"), Credentials("x", "test-secret"), Credentials("test-api-key")]
)
def test_credentials_that_are_refused(credentials: Credentials) -> None:
    with pytest.raises(CredentialsError):
        call(client_of(machine(), Clock(), credentials), verify)


def test_credentials_that_are_accepted() -> None:
    wiro = machine()
    call(client_of(wiro, Clock()), verify)
    call(client_of(machine_at(Clock(), account=Account("only-a-key")), Clock(), Credentials("only-a-key")), verify)
    assert wiro.ledger() == {"runs": []}


@pytest.mark.parametrize(
    ("code", "message", "is_told_to_an_account"),
    [
        (1, "There is no task yet.", True),
        (0, "You don't have any permission for this action.", True),
        (0, "Request parameters are invalid.", False),
        (2, "Maintenance.", False),
    ],
)
def test_what_only_an_account_is_told(code: int, message: str, *, is_told_to_an_account: bool) -> None:
    answer = {"result": False, "errors": [{"code": code, "message": message}]}
    client = client_over(Canned(httpx.Response(200, json=answer)), Clock())
    if is_told_to_an_account:
        call(client, verify)
    else:
        with pytest.raises(MalformedAnswerError, match="says nothing of the credentials"):
            call(client, verify)
