"""The API's endpoints: from a request's fields to the JSON object of its answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storyscript import protocol
from storyscript.fake.parameters import PARAMETERS, Parameter
from storyscript.fake.refusals import Refusal, required
from storyscript.fake.tasks import COST, TIMES, TaskRecord
from storyscript.fake.uploads import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storyscript.fake.bodies import Form
    from storyscript.fake.machine import Machine

Answer = dict[str, object] | Refusal

_OWNER, _, _MODEL = protocol.TOOL.partition("/")
_TOOL_FIELDS = (("slugowner", _OWNER), ("slugproject", _MODEL))
_DEFAULT_PAGE = 20


def run(machine: Machine, tool: str, form: Form) -> Answer:
    """`/Run/{owner}/{model}`."""
    # A file in the form stands for a parameter whose value is an image; what is drawn does not look at it.
    task = machine.run(tool, {**{name: file.name for name, file in form.files.items()}, **form.fields})
    if isinstance(task, Refusal):
        return task
    return {"errors": [], "taskid": str(task.number), "socketaccesstoken": task.token, "result": True}


def answer(machine: Machine, endpoint: str, form: Form) -> Answer:
    """Any other endpoint, one of `PATHS`."""
    return _HANDLERS[endpoint](machine, form)


def named(machine: Machine, form: Form) -> TaskRecord | Refusal:
    """The task that `/Task/Detail` is asked for."""
    return machine.find(form.fields, (protocol.FIELD_TASK_ID, protocol.FIELD_TASK_TOKEN))


def _detail(machine: Machine, form: Form) -> Answer:
    task = named(machine, form)
    return {"total": "1", **_listed(machine, task)} if isinstance(task, TaskRecord) else task


def _cancel(machine: Machine, form: Form) -> Answer:
    # The token: older documentation.
    task = machine.find(form.fields, (protocol.FIELD_TASK_ID, protocol.FIELD_TASK_TOKEN))
    stopped = machine.cancel(task) if isinstance(task, TaskRecord) else task
    return _listed(machine, stopped) if isinstance(stopped, TaskRecord) else stopped


def _kill(machine: Machine, form: Form) -> Answer:
    identifiers = (protocol.FIELD_TASK_ID, protocol.FIELD_SOCKET_TOKEN, protocol.FIELD_TASK_TOKEN)
    task = machine.find(form.fields, identifiers)
    stopped = machine.kill(task) if isinstance(task, TaskRecord) else task
    return _listed(machine, stopped) if isinstance(stopped, TaskRecord) else stopped


def _listed(machine: Machine, task: TaskRecord) -> dict[str, object]:
    return {"errors": [], "tasklist": [machine.show(task)], "result": True}


def listed(machine: Machine, form: Form) -> tuple[int, list[TaskRecord]]:
    """The tasks that `/Task/List` is asked for: how many there are in all, and those of the page.

    `type` is `model` for every task of this tool, so another has none. `sort` is `id` or a field that holds a time;
    whatever else it is, tasks come by their id. `modelName` is a slug, or its part behind the owner.
    """
    kind, model = (str(form.fields.get(name) or "") for name in ("type", "modelName"))
    tasks = [
        task
        for task in machine.tasks()
        if kind in ("", "model") and model in ("", task.tool, task.tool.partition("/")[2])
    ]
    sort = str(form.fields.get("sort") or "id")
    if sort in TIMES:
        now = machine.now()
        tasks.sort(key=lambda task: int(task.times(now)[sort]))
    if str(form.fields.get("order") or "DESC").upper() == "DESC":
        tasks.reverse()
    start = _count(form.fields.get("start"), 0)
    return len(tasks), tasks[start : start + _count(form.fields.get("limit"), _DEFAULT_PAGE)]


def _list(machine: Machine, form: Form) -> Answer:
    total, page = listed(machine, form)
    shown = [machine.show(task) for task in page]
    return {"result": True, "errors": [], "total": str(total), "tasklist": shown}


def _count(value: object, default: int) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else default


def _delete_files(machine: Machine, form: Form) -> Answer:
    task = machine.find(form.fields, (protocol.FIELD_TASK_TOKEN,))
    if isinstance(task, Refusal):
        # Not the message that the other endpoints give.
        is_unnamed = not form.fields.get(protocol.FIELD_TASK_TOKEN)
        return (
            required(protocol.FIELD_TASK_TOKEN)
            if is_unnamed
            else Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NO_TASK_TO_DELETE)
        )
    return machine.delete_files(task) or {"result": True, "errors": []}


def _tool_detail(_: Machine, form: Form) -> Answer:
    for name, value in _TOOL_FIELDS:
        given = str(form.fields.get(name) or "")
        if not given:
            return required(name)
        if given != value:
            return Refusal(protocol.CODE_NOT_FOUND, protocol.MESSAGE_NO_TOOL)
    price = [{"inputs": {}, "price": COST, "priceMethod": "cpr"}]
    items = [_item(parameter) for parameter in PARAMETERS]
    tool = {
        "id": "598",
        "slugowner": _OWNER,
        "slugproject": _MODEL,
        "parameters": [{"title": "", "items": items}],
        "dynamicprice": json.dumps(price),
    }
    return {"result": True, "errors": [], "tool": [tool]}


def _item(parameter: Parameter) -> dict[str, object]:
    options = parameter.options or {}
    return {
        "id": parameter.name,
        "type": parameter.kind,
        "label": parameter.label,
        "required": parameter.name == "generalPrompt",
        "default": parameter.default,
        "options": [{"label": label, "value": value} for value, label in options.items()],
        "min": parameter.least,
        "max": parameter.most,
        "step": None,
        "note": "",
    }


def _upload(machine: Machine, form: Form) -> Answer:
    file = form.files.get("file")
    if file is None:
        return required("file")
    if len(file.content) > MAX_BYTES:
        return Refusal(protocol.CODE_GENERAL, protocol.MESSAGE_INVALID)
    folder = str(form.fields.get("folderid") or "")
    return {"result": True, "errors": [], "list": [machine.keep(file, folder)]}


_HANDLERS: Mapping[str, Callable[[Machine, Form], Answer]] = {
    protocol.TASK_DETAIL: _detail,
    protocol.TASK_CANCEL: _cancel,
    protocol.TASK_KILL: _kill,
    protocol.TASK_LIST: _list,
    protocol.TASK_DELETE_FILES: _delete_files,
    protocol.TOOL_DETAIL: _tool_detail,
    protocol.FILE_UPLOAD: _upload,
}

PATHS = frozenset(_HANDLERS)
"""All endpoints but Run, without the prefix."""
