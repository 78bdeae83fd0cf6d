from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from tools.pulumi import release


class Answers(BaseHTTPRequestHandler):
    """A download site that responds."""

    def do_GET(self) -> None:
        """Respond with an empty script."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def test_site_that_answers() -> None:
    """A site that responds can be used."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert release.reachable(f"http://127.0.0.1:{server.server_port}/") is None
        thread.join(10)


def test_site_that_refuses() -> None:
    """If a site can't be reached, the reason is returned."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound but not listening: connections are refused.
        assert "refused" in (release.reachable(f"http://127.0.0.1:{taken.getsockname()[1]}/") or "")
