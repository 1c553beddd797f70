"""One running local AWS: its folder, its process, the environment that makes any AWS tool speak to it."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".local-aws"
CLAIMS = ROOT / ".tools" / "local-aws.lock"
SERVER_PYTHON = ROOT / ".venv-local-aws" / "bin" / "python"
REGION = "us-east-1"
PORT_VARIABLE = "LOCAL_AWS_PORT"
# ministack starts in 1 to 3 seconds; a machine that is busy with something else gets its time.
START_SECONDS = 60
STOP_SECONDS = 1
# What could lead a tool to the caller's own AWS account.
_CALLERS_OWN = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)


class LocalAwsError(Exception):
    """The local AWS cannot be had; the message is one line that says what to do."""


@dataclass(frozen=True)
class Instance:
    """A local AWS that answers on `port`; everything that it writes is in `home`."""

    home: Path
    port: int
    pid: int

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return f"https://localhost:{self.port}"

    @property
    def log(self) -> Path:
        """What the server and the functions print."""
        return self.home / "server.log"

    def variables(self) -> dict[str, str]:
        """What makes the AWS CLI, the SAM CLI and boto3 speak to this instance and to nothing else."""
        authority, empty = str(self.home / "authority.pem"), str(self.home / "empty")
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": authority,
            "REQUESTS_CA_BUNDLE": authority,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": empty,
            "AWS_SHARED_CREDENTIALS_FILE": empty,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
            "SAM_CLI_TELEMETRY": "0",
        }

    def environment(self) -> dict[str, str]:
        """The caller's environment, turned to this instance, with the project's tools first in the path."""
        path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**_without_callers_own(os.environ), **self.variables(), "PATH": path}

    def sourceable(self) -> str:
        """`variables`, as lines for a POSIX shell to source."""
        lines = ["# source this file: AWS tools then speak to the local AWS, until the shell ends."]
        lines += [f"unset {name}" for name in _CALLERS_OWN]
        lines += [f"export {name}={_quoted(value)}" for name, value in self.variables().items()]
        lines.append(f'export PATH={_quoted(str(ROOT / ".venv" / "bin"))}:"$PATH"')
        return "\n".join(lines) + "\n"


def start(name: str, *, ends_with_starter: bool = True) -> Instance:
    """Start a local AWS in the folder `name` and wait until it answers.

    Raises LocalAwsError when that name is in use, the port is taken, or the server does not come up.
    """
    port = _port()
    home = HOME / name
    with _claimed(home) as claim:
        (home / "empty").touch()
        instance = _launch(home, port, claim, ends_with_starter=ends_with_starter)
    try:
        _await_answer(instance)
    except BaseException:
        stop(instance)
        raise
    (home / "instance.json").write_text(json.dumps({"port": instance.port, "pid": instance.pid}))
    return instance


def running(name: str) -> Instance | None:
    """The instance of that name, if it is running."""
    home = HOME / name
    try:
        facts = json.loads((home / "instance.json").read_text())
    except (OSError, ValueError):
        return None
    # The pid could be anybody's by now; the lock is the server's own.
    return Instance(home, facts["port"], facts["pid"]) if _is_claimed(home) else None


def stop(instance: Instance) -> None:
    """Stop the server with all function processes, and remove its folder. Doing so twice is fine."""
    if _is_claimed(instance.home):
        _signal_group(instance.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _group_lives(instance.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        _signal_group(instance.pid, signal.SIGKILL)
        while _is_claimed(instance.home) and time.monotonic() < deadline + STOP_SECONDS:
            time.sleep(0.05)
    shutil.rmtree(instance.home, ignore_errors=True)
    with contextlib.suppress(OSError):  # others may be in there
        HOME.rmdir()


def sweep() -> None:
    """Remove the folders of instances that ended without anybody to clean up after them."""
    for home in HOME.glob("*/"):
        if not _is_claimed(home):
            shutil.rmtree(home, ignore_errors=True)


def _port() -> int:
    wanted = os.environ.get(PORT_VARIABLE)
    with socket.socket() as probe:
        if not wanted:
            probe.bind(("127.0.0.1", 0))
            free: int = probe.getsockname()[1]
            return free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except (OSError, ValueError, OverflowError):
            message = (
                f"port {wanted} cannot be had; set {PORT_VARIABLE} to another or unset it for a free one"
            )
            raise LocalAwsError(message) from None
        return int(wanted)


@contextlib.contextmanager
def _claimed(home: Path) -> Iterator[IO[str]]:
    """A fresh folder with a lock that the server inherits: the kernel lets go of it when the server ends."""
    HOME.mkdir(exist_ok=True)
    CLAIMS.parent.mkdir(exist_ok=True)
    with CLAIMS.open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        sweep()
        if home.exists():
            message = f"{home.relative_to(ROOT)} is in use by another run that has not ended"
            raise LocalAwsError(message)
        home.mkdir(mode=0o700)
        claim = (home / "lock").open("w")
        fcntl.flock(claim, fcntl.LOCK_EX)
    with claim:
        yield claim


def _is_claimed(home: Path) -> bool:
    try:
        with (home / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _launch(home: Path, port: int, claim: IO[str], *, ends_with_starter: bool) -> Instance:
    if not SERVER_PYTHON.exists():
        message = "the local AWS is not installed: run `make local-up` or `make demo`, which install it"
        raise LocalAwsError(message)
    temporary = home / "tmp"
    temporary.mkdir()
    settings = {
        "LOCAL_AWS_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "USE_SSL": "1",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "INFO",
    }
    if ends_with_starter:
        settings["LOCAL_AWS_ENDS_WITH_STARTER"] = "1"
    environment = {**_without_callers_own(os.environ), **settings}
    for name in ("AWS_ENDPOINT_URL", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV"):
        environment.pop(name, None)
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [str(SERVER_PYTHON), "-m", "local_aws.server"],
            cwd=home,
            env=environment,
            # Never written to: when this process ends, however, the server reads the end of it.
            stdin=subprocess.PIPE if ends_with_starter else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[claim.fileno()],
            start_new_session=True,
        )
    _started[process.pid] = process
    return Instance(home, port, process.pid)


# Kept so that their standard input stays open and so that they are waited for.
_started: dict[int, subprocess.Popen[bytes]] = {}


def _await_answer(instance: Instance) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not _group_lives(instance.pid):
            message = f"the local AWS did not start: {_last_line(instance.log)}"
            raise LocalAwsError(message)
        with contextlib.suppress(URLError, OSError):
            context = ssl.create_default_context(cafile=str(instance.home / "authority.pem"))
            with urlopen(f"{instance.url}/_ministack/health", timeout=2, context=context):  # noqa: S310
                return
        time.sleep(0.05)
    message = f"the local AWS did not answer within {START_SECONDS} s: {_last_line(instance.log)}"
    raise LocalAwsError(message)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _group_lives(pid: int) -> bool:
    process = _started.get(pid)
    if process is not None and process.poll() is not None:
        return False
    try:
        os.killpg(pid, 0)
    except OSError:
        return False
    return True


def _without_callers_own(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name not in _CALLERS_OWN and not name.startswith("AWS_ENDPOINT_URL_")
    }


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"
