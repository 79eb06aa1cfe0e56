"""A machine of the fake on a socket of this computer, for tests of whole commands and processes."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from storyscript.fake.faults import Broken
from storyscript.fake.service import handle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyscript.fake import Machine


@contextlib.contextmanager
def served(machine: Machine) -> Iterator[str]:
    """Serve a machine; gives its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            answer = handle(machine, self.command, self.path, dict(self.headers), body)
            self.close_connection = True
            if isinstance(answer, Broken):
                return
            self.send_response(answer.status)
            for name, value in (("Content-Type", answer.content_type), *answer.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            machine.origin = f"http://127.0.0.1:{server.server_port}"
            yield machine.base_url
        finally:
            server.shutdown()
            thread.join()
