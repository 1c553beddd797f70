"""The provider on a local AWS: `sam build` and `sam deploy`, as on AWS."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local_aws.instance import ROOT, Instance

PROVIDER_STACK = "cfn-backup-provider"
TEMPLATE = ROOT / "template.yaml"
# No answer arrives without the first; with the others an author may use every property. They are in
# `samconfig.toml` too, for a person's own `sam deploy`.
PARAMETERS = {"ResponseUrlHosts": "localhost", "AllowComplianceLocks": "true", "PassableRoles": "role/*"}
_BUILD_LOCK = ROOT / ".tools" / "sam-build.lock"


class ProviderNotDeployed(Exception):
    """`sam` failed; the message says which command, and ends with what it printed."""


def build(folder: Path) -> Path:
    """`sam build` into `folder`; the built template."""
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    _BUILD_LOCK.parent.mkdir(exist_ok=True)
    # Builds at the same time would meet in the scratch files that `sam build` keeps in `.aws-sam`.
    with _BUILD_LOCK.open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        _sam(["build", "--template-file", str(TEMPLATE), "--build-dir", str(folder)], environment)
    return folder / "template.yaml"


def deploy(instance: Instance, built: Path, parameters: Mapping[str, str] | None = None) -> None:
    """`sam deploy` with the settings for emulators in `samconfig.toml`, and these parameters over them."""
    settings = ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"]
    given = [f"{name}={value}" for name, value in {**PARAMETERS, **(parameters or {})}.items()]
    command = ["deploy", "--template-file", str(built), *settings, "--parameter-overrides", *given]
    _sam(command, instance.environment())


def build_and_deploy(instance: Instance) -> None:
    """Both, with the build in the instance's own folder."""
    folder = instance.home / "build"
    try:
        deploy(instance, build(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sam(arguments: list[str], environment: dict[str, str]) -> None:
    command = [str(ROOT / ".venv" / "bin" / "sam"), *arguments]
    answer = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        printed = f"{answer.stdout}\n{answer.stderr}".strip()
        message = f"`sam {arguments[0]}` failed:\n{printed[-4000:]}"
        raise ProviderNotDeployed(message)
