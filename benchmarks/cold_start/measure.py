"""The cold start of a function: fresh interpreters, one variant after the other, over and over."""

import compileall
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.cold_start.server import serving
from distribution.origins import pinned

HERE = Path(__file__).parent
STACK_ID = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/0a1b2c3d-0000-4000-8000-333344445555"
ROUNDS = 15


def measure(built: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds by variant, the median of all rounds. `built` is the folder that `sam build` made."""
    with tempfile.TemporaryDirectory() as folder, serving() as (url, authority, answers):
        installed = Path(folder)
        _install_dependencies(installed)
        paths: dict[str, list[Path]] = {
            "bare": [HERE / "bare", installed],
            "readme": [HERE / "readme", installed],
            "ours": [HERE / "ours", built / "CfnBackupLayer" / "python"],
        }
        environment = _environment(url, authority)
        event = json.dumps(_event(url))
        for variant, folders in paths.items():  # once unmeasured, so that every file is in memory
            _once(variant, event, map(str, folders), environment)
        seconds: dict[str, list[float]] = {variant: [] for variant in paths}
        for _ in range(rounds):
            for variant, folders in paths.items():
                seconds[variant].append(_once(variant, event, map(str, folders), environment))
        if answers != ["SUCCESS"] * 2 * (rounds + 1):
            message = f"not every variant answered SUCCESS each time: {answers}"
            raise RuntimeError(message)
    return {variant: median(times) for variant, times in seconds.items()}


def _install_dependencies(folder: Path) -> None:
    """Whole and with byte code, what a naive package has: the pinned dependencies of the layer and no others.

    The development environment has more, such as cryptography, which urllib3 imports where it finds it.
    """
    for name in pinned():
        for file in importlib.metadata.distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), folder / file)
    compileall.compile_dir(folder, quiet=1)


def _once(variant: str, event: str, folders: Iterator[str], environment: dict[str, str]) -> float:
    python = getattr(sys, "_base_executable", sys.executable)
    # Without site-packages of its own: what a variant imports is in its folders.
    command = [python, "-S", "-s", "-P", str(HERE / "once.py"), event, *folders]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in answer.stdout.splitlines() if line.startswith("seconds ")]
    if answer.returncode or not lines:
        message = f"{variant}: {answer.stdout}{answer.stderr}"
        raise RuntimeError(message)
    return float(lines[-1].removeprefix("seconds "))


def _environment(url: str, authority: Path) -> dict[str, str]:
    trusted = dict.fromkeys(("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), str(authority))
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_LAMBDA_FUNCTION_NAME": "provider",
        "POWERTOOLS_SERVICE_NAME": "BackupVault",
        "POWERTOOLS_METRICS_NAMESPACE": "provider",
        "RESPONSE_URL_HOSTS": "localhost",
        **trusted,
    }


def _event(url: str) -> dict[str, object]:
    return {
        "RequestType": "Create",
        "ResponseURL": f"{url}/answer",
        "StackId": STACK_ID,
        "RequestId": "6f1cf4e2-0000-4000-8000-000000000001",
        "LogicalResourceId": "Vault",
        "ResourceType": "Custom::BackupVault",
        "ResourceProperties": {
            "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:provider:live"
        },
    }
