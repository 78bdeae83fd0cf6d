"""TLS against real servers on this machine, with certificates of an authority of its own."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from pulumi_exosphere.errors import ConfigurationError, Unreachable, UnreadableAnswer
from pulumi_exosphere.state_manager import StateManager
from tests.support.transports import KEY, listing

HOST = "127.0.0.1"
DAY = dt.timedelta(days=1)


class Listing(http.server.BaseHTTPRequestHandler):
    """Respond to each request with an empty listing."""

    def do_GET(self) -> None:  # the library's name
        """Send the listing."""
        content = json.dumps(listing("ns")).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class Server(http.server.ThreadingHTTPServer):
    """Report no failed handshake."""

    def handle_error(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[str]:
    """Start a server in a thread; return host and port."""
    server = Server((HOST, 0), Listing)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return a server's context."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """Return an authority that this machine trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def ask(url: str) -> None:
    """Send one request, without retries."""
    with StateManager(url, KEY, max_retries=0, timeout=5) as client:
        assert client.list_graphs("ns").graphs == {}


def test_a_trusted_certificate(authority: trustme.CA) -> None:
    """SSL_CERT_FILE names its authority."""
    with serving(context_of(authority.issue_cert(HOST))) as where:
        ask(f"https://{where}")


def test_what_is_wrong_with_a_certificate_is_told_apart(authority: trustme.CA) -> None:
    """A certificate that is expired, not yet valid, for another host, or of an unknown authority has its own advice."""
    now = dt.datetime.now(dt.timezone.utc)
    cases = {
        "has expired.*Renew it": authority.issue_cert(HOST, not_before=now - 9 * DAY, not_after=now - DAY),
        "is not valid yet.*clocks": authority.issue_cert(HOST, not_before=now + DAY, not_after=now + 9 * DAY),
        "is for another IP address.*issued for": authority.issue_cert("10.9.8.7"),
        "is signed by an authority that isn't trusted here.*SSL_CERT_FILE": trustme.CA().issue_cert(HOST),
    }
    for message, certificate in cases.items():
        with serving(context_of(certificate)) as where, pytest.raises(Unreachable, match=message):
            ask(f"https://{where}")


def test_a_certificate_for_another_name(authority: trustme.CA) -> None:
    """A certificate for another IP address is rejected too."""
    with serving(context_of(authority.issue_cert("elsewhere.test"))) as where:
        port = where.rpartition(":")[2]
        with pytest.raises(Unreachable, match="is for another host"):
            ask(f"https://localhost:{port}")


def test_https_spoken_to_a_plain_port(authority: trustme.CA) -> None:  # It is trusted.
    """The address has the wrong scheme."""
    with serving(None) as where, pytest.raises(Unreachable, match=r"doesn't use TLS\. Write http://"):
        ask(f"https://{where}")


def test_http_spoken_to_a_tls_port(authority: trustme.CA) -> None:
    """The address has the wrong scheme, even if the server just closes the connection."""
    with (
        serving(context_of(authority.issue_cert(HOST))) as where,
        pytest.raises((Unreachable, UnreadableAnswer), match=r"expects https\. Write https://"),
    ):
        ask(f"http://{where}")


def test_a_server_that_hangs_up_is_not_taken_for_one_that_speaks_tls() -> None:
    """The error is the usual one."""
    with socket.create_server((HOST, 0)) as listening:

        def hang_up() -> None:
            for _ in range(2):
                listening.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        with pytest.raises(Unreachable, match="broke before the response was complete"):
            ask(f"http://{HOST}:{listening.getsockname()[1]}")
        thread.join()


def test_a_client_certificate(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """EXOSPHERE_CLIENT_CERT has the certificate that a gateway requires, and the error says so if it is missing."""
    context = context_of(authority.issue_cert(HOST))
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(context) as where:
        with pytest.raises(Unreachable, match=r"may require a client certificate\. Set EXOSPHERE_CLIENT_CERT"):
            ask(f"https://{where}")
        authority.issue_cert("client@example.test").private_key_and_cert_chain_pem.write_to_path(tmp_path / "c.pem")
        monkeypatch.setenv("EXOSPHERE_CLIENT_CERT", str(tmp_path / "c.pem"))
        ask(f"https://{where}")
        monkeypatch.setenv("EXOSPHERE_CLIENT_CERT", str(tmp_path / "missing.pem"))
        with pytest.raises(ConfigurationError, match="the certificates of EXOSPHERE_CLIENT_CERT can't be read"):
            ask(f"https://{where}")
