"""The fake on a real socket of the loopback, for programs that only know sockets."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from storyscript.fake.faults import Broken
from storyscript.fake.service import handle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake.machine import Machine


@contextmanager
def serving(machine: Machine) -> Iterator[str]:
    """Serve a machine, which learns its origin; gives its API's address. A request that times out waits for the end."""
    lock, over = threading.Lock(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers.get("content-length", 0))))

        def answer(self, body: bytes) -> None:
            path = unquote(urlsplit(self.path).path)
            with lock:
                response = handle(machine, self.command, path, dict(self.headers.items()), body)
            if isinstance(response, Broken):
                if response.how == "timeout":
                    over.wait(60)
                return
            self.send_response(response.status)
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
            for name, value in response.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        machine.origin = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield machine.base_url
        finally:
            over.set()
            server.shutdown()
            thread.join()
