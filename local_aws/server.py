"""The process of the local AWS: ministack, with what it lacks for this provider.

Runs in `.venv-local-aws`, started by `local_aws.instance` with the settings in its environment. It ends, with
every function process it started, when it is told to (SIGTERM) or when whoever started it is gone.
"""

import contextlib
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from local_aws.certificate import make_certificate


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

    # ministack reads its settings when it is imported.
    from ministack import app  # noqa: PLC0415

    from local_aws import (  # noqa: PLC0415
        alarms,
        authorization,
        clean_up,
        delivery,
        managed_policies,
        rollback,
        stack_resources,
    )
    from local_aws.strict_backup import in_ministack  # noqa: PLC0415

    # It would serve on port 443 too, if that is free: not wanted, and not possible twice.
    app._port_is_bindable = lambda *_: False  # noqa: SLF001
    alarms.install()
    authorization.install()
    clean_up.install()
    delivery.install()
    managed_policies.install()
    rollback.install()
    stack_resources.install()
    in_ministack.install()
    sys.argv = ["ministack"]
    app.main()


def _end_with_starter(home: Path) -> None:
    """Whoever started this process holds the other end of its standard input: it ends when they do."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    shutil.rmtree(home, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    main()
