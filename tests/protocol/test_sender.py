"""How an answer gets to CloudFormation."""

# ruff: noqa: ARG002 - what stands for something else has that one's signature

from __future__ import annotations

import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cfn_backup.protocol import outbound, sender
from tests.protocol.conftest import URL

BODY = '{"Status":"SUCCESS","Name":"é"}'.encode()

type Step = int | Exception


class Script:
    """A network that behaves as written, and a clock that goes on with the pauses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *steps: Step, seconds: float = 300) -> None:
        self._steps = list(steps)
        self.left = seconds
        self.pauses: list[float] = []
        self.timeouts: list[float] = []
        monkeypatch.setattr(outbound, "put", self._put)
        monkeypatch.setattr(outbound, "sleep", self._sleep)
        monkeypatch.setattr(outbound, "jitter", lambda ceiling: ceiling)

    @property
    def tries(self) -> int:
        return len(self.timeouts)

    def remaining(self) -> float:
        return self.left

    def _put(self, url: str, body: bytes, timeout: float) -> int:
        self.timeouts.append(timeout)
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            self.left -= timeout if isinstance(step, TimeoutError) else 0
            raise step
        return step

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.left -= seconds


@pytest.mark.parametrize("status", [200, 204, 299])
def test_delivered(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    script = Script(monkeypatch, status)
    sender.send(URL, BODY, script.remaining)
    assert script.tries == 1


def test_response_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: 500, 500, 200."""
    script = Script(monkeypatch, 500, 500, 200)
    sender.send(URL, BODY, script.remaining)
    assert script.tries == 3
    assert script.pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    "trouble", [TimeoutError(), ConnectionResetError(), ssl.SSLError(), socket.gaierror(), 503, 400]
)
def test_response_retry_of_anything(monkeypatch: pytest.MonkeyPatch, trouble: Step) -> None:
    """F4"""
    script = Script(monkeypatch, trouble, 200)
    sender.send(URL, BODY, script.remaining)
    assert script.tries == 2


def test_five_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: and then the invocation has to fail, so that Lambda delivers the event again."""
    script = Script(monkeypatch, *[500] * 9)
    with pytest.raises(sender.NotDelivered, match="500"):
        sender.send(URL, BODY, script.remaining)
    assert script.tries == 5
    assert script.pauses == [0.5, 1.0, 2.0, 4.0]


def test_response_403(monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: expired or forged; the next try would be no different. Crhelper takes it for delivered."""
    script = Script(monkeypatch, 403, 200)
    with pytest.raises(sender.NotDelivered, match="403"):
        sender.send(URL, BODY, script.remaining)
    assert script.tries == 1


def test_inside_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: no try and no pause reaches beyond the end of the function's time."""
    script = Script(monkeypatch, *[TimeoutError()] * 5, seconds=14)
    with pytest.raises(sender.NotDelivered):
        sender.send(URL, BODY, script.remaining)
    assert script.timeouts == [10.0, 3.0]
    assert script.left >= 0


def test_no_time_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(monkeypatch, 200, seconds=0.4)
    with pytest.raises(sender.NotDelivered, match="no time left"):
        sender.send(URL, BODY, script.remaining)
    assert script.tries == 0


def test_error_does_not_quote_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """F21: nor does it carry the network's error along, whose text may."""
    script = Script(monkeypatch, *[OSError(URL)] * 5)
    with pytest.raises(sender.NotDelivered) as caught:
        sender.send(URL, BODY, script.remaining)
    assert URL not in str(caught.value)
    assert caught.value.__context__ is None


# ---- the real thing: http.client against a server with a certificate of its own
# -----------------------------------


class Recorder(http.server.BaseHTTPRequestHandler):
    """Keeps the last request."""

    seen: tuple[str, dict[str, str], bytes] | None = None
    answers = 200

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen = (self.path, dict(self.headers.items()), body)
        self.send_response(type(self).answers)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that nobody trusts of himself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def server(certificate: Path) -> Iterator[str]:
    """The base URL of a TLS server that records PUTs."""
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"https://localhost:{httpd.server_address[1]}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_put(server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """The content type has to be there and be empty: the URL is signed without one."""
    # GIVEN that the certificate is trusted in either of the usual ways
    monkeypatch.setenv(variable, str(certificate))
    Recorder.answers = 200

    # WHEN something is PUT
    status = outbound.put(f"{server}/key%7C1?X-Amz-Signature=abc", BODY, 5)

    # THEN it arrives with exactly the path, query and headers that were signed
    assert status == 200
    assert Recorder.seen is not None
    path, headers, body = Recorder.seen
    assert path == "/key%7C1?X-Amz-Signature=abc"
    assert headers["Content-Type"] == ""
    assert headers["Content-Length"] == str(len(BODY))
    assert body == BODY


def test_put_status(server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    Recorder.answers = 403
    assert outbound.put(f"{server}/x", BODY, 5) == 403


def test_put_untrusted(server: str) -> None:
    """An answer is never given to a server that cannot prove who it is."""
    with pytest.raises(ssl.SSLCertVerificationError):
        outbound.put(f"{server}/x", BODY, 5)


def test_put_http() -> None:
    with pytest.raises(ValueError, match="https"):
        outbound.put("http://localhost/x", BODY, 5)


def test_put_time_limit() -> None:
    """A server that accepts and then says nothing must not hold the function up."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        outbound.put(f"https://localhost:{silent.getsockname()[1]}/x", BODY, 0.1)


def test_put_sam_local(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    assert outbound.put(URL, BODY, 5) == 200
    assert "é" in capsys.readouterr().out


def test_jitter_is_full() -> None:
    drawn: Callable[[], float] = lambda: outbound.jitter(4)  # noqa: E731
    values = [drawn() for _ in range(200)]
    assert all(0 <= value <= 4 for value in values)
    assert min(values) < 1
    assert max(values) > 3
