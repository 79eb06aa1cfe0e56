from __future__ import annotations

import pytest

from storyscript.errors import MalformedAnswerError
from storyscript.wiro.models import Submission, Task, read_object

SECRET = "eDcCm5yyUfIvMFspTwww49OUfgXkQt"

SAMPLE = {
    # The API page's "Kill Task - Response", but for its broken quotes.
    "id": "534574",
    "uuid": "15bce51f-442f-4f44-a71d-13c6374a62bd",
    "name": "",
    "socketaccesstoken": SECRET,
    "parameters": {"inputImage": "https://api.wiro.ai/v1/File/x/inputImage-6060136.png"},
    "debugoutput": "",
    "debugerror": "",
    "starttime": "1734513809",
    "endtime": "1734513813",
    "elapsedseconds": "6.0000",
    "status": "task_cancel",
    "cps": "0.000585000000",
    "totalcost": "0.003510000000",
    "guestid": None,
    "marketplaceid": None,
    "pexit": "0",
    "categories": '["tool","image-to-image"]',
    "outputs": [
        {
            "id": "6bc392c93856dfce3a7d1b4261e15af3",
            "name": "0.png",
            "contenttype": "image/png",
            "size": "202472",
            "accesskey": "dFKlMApaSgMeHKsJyaDeKrefcHahUK",
            "ispublic": 0,
            "expiretime": None,
            "url": "https://cdn1.wiro.ai/6a6af820-c5050aee/0.png",
        }
    ],
    "size": "202472",
}


def task(**fields: object) -> Task:
    return read_object(Task, {"id": "1", "status": "task_postprocess_end", **fields}, endpoint="/Task/Detail")


def test_the_api_pages_sample() -> None:
    read = read_object(Task, SAMPLE, endpoint="/Task/Kill")
    assert read.id == "534574"
    assert read.is_terminal
    assert not read.succeeded
    assert read.failure_reason == "it was cancelled"
    assert read.categories == ("tool", "image-to-image")
    assert read.outputs[0].size == 202472
    assert read.outputs[0].model_extra == {
        "accesskey": "dFKlMApaSgMeHKsJyaDeKrefcHahUK",
        "ispublic": 0,
        "expiretime": None,
    }
    assert read.model_extra is not None
    assert read.model_extra["marketplaceid"] is None


def test_two_fields_are_enough() -> None:
    read = read_object(Task, {"id": 2221, "status": "task_queue"}, endpoint="/Task/Detail")
    assert read.id == "2221"
    assert not read.is_terminal
    assert read.outputs == ()
    assert read.parameters == {}


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        ("pexit", 0, "0"),
        ("pexit", None, None),
        ("elapsedseconds", 6.5, "6.5"),
        ("parameters", {"a": 1}, {"a": 1}),
        ("parameters", '{"a": 1}', {"a": 1}),
        ("parameters", "", {}),
        ("parameters", None, {}),
        ("parameters", [], {}),
        ("categories", ["a"], ("a",)),
        ("categories", '["a","b"]', ("a", "b")),
        ("categories", "a", ("a",)),
        ("categories", None, ()),
        ("outputs", None, ()),
        ("size", "", None),
        ("size", None, None),
        ("size", 5, 5),
        ("size", " 5 ", 5),
    ],
)
def test_tolerated(field: str, sent: object, value: object) -> None:
    assert getattr(task(**{field: sent}), field) == value


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": True}, "id"),
        ({"id": "1\x1b[31m"}, "id"),
        ({"status": None}, "status"),
        ({"status": ""}, "status"),
        ({"status": ["x"]}, "status"),
        ({"outputs": {}}, "outputs"),
        ({"outputs": "none"}, "outputs"),
        ({"outputs": ["0.png"]}, "outputs.0"),
        ({"outputs": [{"size": "big"}]}, "outputs.0.size"),
        ({"outputs": [{"size": "-1"}]}, "outputs.0.size"),
        ({"outputs": [{"size": "1.5"}]}, "outputs.0.size"),
        ({"outputs": [{"size": "٣"}]}, "outputs.0.size"),
        ({"outputs": [{"size": True}]}, "outputs.0.size"),
        ({"outputs": [{"size": "9" * 30}]}, "outputs.0.size"),
        ({"outputs": [{"url": 5}]}, "outputs.0.url"),
        ({"parameters": "{"}, "parameters"),
        ({"parameters": "[" * 100_000}, "parameters"),
        ({"parameters": '{"a": "\\ud800"}'}, "parameters"),
        ({"parameters": [1]}, "parameters"),
        ({"categories": "[1"}, "categories"),
        ({"categories": {}}, "categories"),
        ({"debugerror": {}}, "debugerror"),
    ],
)
def test_refused(fields: dict[str, object], named: str) -> None:
    with pytest.raises(MalformedAnswerError) as caught:
        task(socketaccesstoken=SECRET, **fields)
    message = str(caught.value)
    assert f"({named}: " in message
    assert message.startswith("/Task/Detail: ")
    assert message.isprintable()
    assert len(message) < 300
    assert caught.value.__cause__ is None
    assert SECRET not in message


@pytest.mark.parametrize("value", [None, [], "task", 5])
def test_no_object_at_all(value: object) -> None:
    with pytest.raises(MalformedAnswerError, match="no object"):
        read_object(Task, value, endpoint="/Task/Detail")


ONE = [{"url": "https://host/0.png"}]


@pytest.mark.parametrize(
    ("fields", "succeeded"),
    [
        ({"pexit": "0", "outputs": ONE}, True),
        ({"pexit": "0", "outputs": []}, True),
        ({"outputs": ONE}, True),
        ({"pexit": None, "outputs": ONE}, True),
        ({"pexit": "", "outputs": ONE}, True),
        ({"outputs": []}, False),
        ({"pexit": "", "outputs": []}, False),
        ({"pexit": "1", "outputs": ONE}, False),
        ({"pexit": "00", "outputs": ONE}, False),
        ({"pexit": "0", "outputs": ONE, "status": "task_end"}, False),
        ({"pexit": "0", "outputs": ONE, "status": "task_cancel"}, False),
        ({"pexit": "0", "outputs": ONE, "status": "TASK_POSTPROCESS_END"}, False),
    ],
)
def test_success(fields: dict[str, object], succeeded: bool) -> None:  # noqa: FBT001 - the table's column
    assert task(**fields).succeeded is succeeded


@pytest.mark.parametrize(
    ("status", "terminal"),
    [
        ("task_postprocess_end", True),
        ("task_cancel", True),
        ("task_end", False),
        ("task_error", False),
        ("task_error_full", False),
        ("task_queue", False),
        ("task_dreaming", False),
    ],
)
def test_terminal(status: str, terminal: bool) -> None:  # noqa: FBT001 - the table's column
    assert task(status=status).is_terminal is terminal


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"debugerror": "CUDA out of memory\nmore", "debugoutput": "x"}, "CUDA out of memory"),
        ({"debugerror": " \n", "debugoutput": "\n loading\n"}, "loading"),
        ({"debugerror": "Traceback (most recent call last):\n  File x\nValueError: bad"}, "ValueError: bad"),
        ({"debugerror": f"\x1b[31mtoken {SECRET}"}, "[31mtoken ***"),
        ({"debugerror": "x" * 1000}, "x" * 199 + "…"),
        ({"pexit": "137"}, "its process ended with exit code 137 and no message"),
        ({"pexit": ""}, "it gave neither outputs nor a message"),
    ],
)
def test_failure_reason(fields: dict[str, object], reason: str) -> None:
    assert task(socketaccesstoken=SECRET, **fields).failure_reason == reason


def test_what_is_shown_holds_no_token() -> None:
    read = read_object(Task, {**SAMPLE, "tasktoken": SECRET}, endpoint="/Task/Detail")
    submission = read_object(Submission, {"taskid": "1", "socketaccesstoken": SECRET}, endpoint="/Run")
    shown = f"{read!r} {read!s} {submission!r} {submission!s} {read.outputs!r}"
    assert SECRET not in shown
    assert "dFKlMApaSgMeHKsJyaDeKrefcHahUK" not in shown
    assert "534574" in shown


@pytest.mark.parametrize("taskid", [None, "", "  ", [], {}, "a b", "x" * 300, False])
def test_a_submission_names_its_task(taskid: object) -> None:
    with pytest.raises(MalformedAnswerError):
        read_object(Submission, {"taskid": taskid}, endpoint="/Run")
