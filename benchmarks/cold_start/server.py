"""What the measured functions talk to: AWS Backup, and the place where CloudFormation takes answers."""

import json
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from local_aws.certificate import make_certificate

_VAULT = json.dumps(
    {
        "BackupVaultName": "orders",
        "BackupVaultArn": "arn:aws:backup:us-east-1:000000000000:backup-vault:orders",
        "CreationDate": 1_700_000_000,
        "NumberOfRecoveryPoints": 0,
    }
).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(_VAULT)

    def do_PUT(self) -> None:
        answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answers.append(answer["Status"])  # type: ignore[attr-defined]
        self._answer(b"")

    def log_message(self, *_: object) -> None:
        """Say nothing: it is measured."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[tuple[str, Path, list[str]]]:
    """A server on loopback: its URL, what to trust, and the statuses that were answered to CloudFormation."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.answers = []  # type: ignore[attr-defined]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            url = f"https://localhost:{server.server_port}"
            yield url, certificate.authority, server.answers  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            server.server_close()
