from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from tools.pulumi import release


class Answers(BaseHTTPRequestHandler):
    """A download site that is there."""

    def do_GET(self) -> None:
        """Answers with an empty script."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_site_that_answers() -> None:
    """Nothing speaks against a site that answers."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert release.reachable(f"http://127.0.0.1:{server.server_port}/") is None
        thread.join(10)


def test_site_that_refuses() -> None:
    """The reason is told why a site can't be reached."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        assert "refused" in (release.reachable(f"http://127.0.0.1:{taken.getsockname()[1]}/") or "")
