"""The process of the local AWS: ministack, with what it lacks for this provider.

Runs in `.venv-local-aws`, started by `local_aws.instance` with the settings in its environment. It ends, with
every function process it started, when it is told to (SIGTERM) or when whoever started it is gone.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws.certificate import make_certificate

_MANAGED_POLICIES = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    # Without service-role/, as on AWS.
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)


def main() -> None:
    """Serve until told to stop."""
    home = Path(os.environ["LOCAL_AWS_HOME"])
    if os.environ.get("LOCAL_AWS_ENDS_WITH_STARTER"):
        threading.Thread(target=_end_with_starter, args=(home,), daemon=True).start()
    certificate = make_certificate(home)
    os.environ["MINISTACK_SSL_CERT"] = str(certificate.chain)
    os.environ["MINISTACK_SSL_KEY"] = str(certificate.key)
    for variable in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"):
        os.environ[variable] = str(certificate.authority)

    from ministack import app

    # It would serve on port 443 too, if that is free: not wanted, and not possible twice.
    app._port_is_bindable = lambda *_: False  # noqa: SLF001
    _know_backup_policies()
    _deliver_as_cloudformation_does()
    sys.argv = ["ministack"]
    _install_strict_backup()
    app.main()


def _install_strict_backup() -> None:
    """Put the strict AWS Backup in the place of ministack's own."""
    if importlib.util.find_spec("local_aws.strict_backup.in_ministack"):
        from local_aws.strict_backup import in_ministack

        in_ministack.install()


def _know_backup_policies() -> None:
    """The managed policies of AWS Backup, which ministack does not know; any other unknown name stays an error."""
    from ministack.services import iam

    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}]}
    )
    for name in _MANAGED_POLICIES:
        arn = f"arn:aws:iam::aws:policy/{name}"
        iam._aws_managed_policies.setdefault(arn, iam._make_aws_managed_record(name, document))  # noqa: SLF001


def _deliver_as_cloudformation_does() -> None:
    """Retry a custom resource's function that fails, then hand the event to its failure destination.

    CloudFormation invokes asynchronously, so Lambda does that on AWS. ministack invokes once and, if the function
    fails, waits for an answer that never comes.
    """
    from ministack.services import lambda_svc

    invoke: Callable[..., dict[str, Any]] = lambda_svc._execute_function_with_config_scope  # noqa: SLF001

    def deliver(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        result = invoke(function, event)
        if not (isinstance(event, dict) and "ResponseURL" in event):
            return result
        settings = _event_invoke_config(function)
        for _ in range(int(settings.get("MaximumRetryAttempts", 2))):
            if not result.get("error"):
                return result
            result = invoke(function, event)
        destination = settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if result.get("error") and destination:
            lambda_svc._route_async_failure(destination, function["config"]["FunctionName"], event, result)  # noqa: SLF001
        return result

    lambda_svc._execute_function_with_config_scope = deliver  # noqa: SLF001


def _event_invoke_config(function: dict[str, Any]) -> dict[str, Any]:
    configurations = function.get("event_invoke_configs") or {}
    return next((c for c in configurations.values() if c), {})


def _end_with_starter(home: Path) -> None:
    """Whoever started this process holds the other end of its standard input: no more input, no more starter."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    shutil.rmtree(home, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    main()
