"""A language server that is no good: it does what the tests of the client need to see, some of it wrong.

Its documents are diagnosed with their length, once for each version. Requests: `echo` gives its params, `ask` sends the
requests in its params to the client and gives the answers, `fail` is refused, and the others do what they are named.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def read() -> dict[str, Any] | None:
    size = 0
    while (line := sys.stdin.buffer.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    message: dict[str, Any] | None = json.loads(sys.stdin.buffer.read(size)) if size else None
    return message


def write(body: object, headers: str = "Content-Length: {}\r\n\r\n") -> None:
    data = json.dumps(body).encode()
    sys.stdout.buffer.write(headers.format(len(data)).encode() + data)
    sys.stdout.buffer.flush()


def send(**message: object) -> None:
    write({"jsonrpc": "2.0", **message})


def diagnose(document: dict[str, Any], text: str) -> None:
    said = {"uri": document["uri"], "version": document["version"], "diagnostics": [{"message": str(len(text))}]}
    send(method="textDocument/publishDiagnostics", params=said)


def ask(requests: list[list[Any]]) -> list[dict[str, Any]]:
    answers = []
    for number, (method, params) in enumerate(requests):
        send(id=f"s{number}", method=method, params=params)
        while (message := read()) is not None and message.get("id") != f"s{number}":
            pass
        answers.append({key: value for key, value in (message or {}).items() if key in ("result", "error")})
    return answers


def handle(message: dict[str, Any]) -> None:  # noqa: C901, PLR0912 - one branch a trick
    number, method = message.get("id"), message["method"]
    params: Any = message.get("params")
    match method:
        case "initialize":
            send(id=number, result={"capabilities": {"for": params["processId"]}})
        case "textDocument/didOpen":
            diagnose(params["textDocument"], params["textDocument"]["text"])
        case "textDocument/didChange":
            diagnose(params["textDocument"], params["contentChanges"][-1]["text"])
        case "ask":
            send(id=number, result=ask(params))
        case "fail":
            send(id=number, error={"code": -32803, "message": "no", "data": [1]})
        case "refuse":
            send(id=None, error={"code": -32700, "message": "no"})
        case "die":
            sys.stderr.write("I am dying\n")
            sys.exit(3)
        case "print":
            sys.stdout.write("hello\n")
            sys.stdout.flush()
        case "lie":
            write({"id": number, "result": None})
        case "twice":
            send(id=number, result=1)
            send(id=number, result=2)
        case "short":
            write({"jsonrpc": "2.0"}, "Content-Length: 1{}\r\n\r\n")
            sys.exit(0)
        case "hang":
            time.sleep(3600)
        case "flood":
            for _ in range(200):
                send(method="window/logMessage", params={"message": "x" * 10_000})
            send(id=number, result=len(params))
        case "shutdown":
            send(id=number, result=None)
        case "exit":
            sys.exit(0 if "--orderly" in sys.argv else 1)
        case _ if number is not None:
            send(id=number, result=params)


while (received := read()) is not None:
    handle(received)
