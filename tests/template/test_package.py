"""What `sam build` makes: small, complete, with byte code, and the same every time."""

import filecmp
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from local_aws.instance import ROOT

LIMIT = 4_000_000
FUNCTIONS = (
    "BackupPlanFunction",
    "BackupVaultFunction",
    "BackupSelectionFunction",
    "VaultEmptierFunction",
    "FailureResponderFunction",
)


def _zipped(folder: Path) -> int:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder))
    return len(archive.getvalue())


def test_the_package_is_at_most_4_mb(built: Path) -> None:
    sizes = {name: _zipped(built / name) for name in (*FUNCTIONS, "CfnBackupLayer")}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_every_module_of_the_layer_has_byte_code_that_is_not_checked(built: Path) -> None:
    for source in (built / "CfnBackupLayer").rglob("*.py"):
        code = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        # PEP 552: flags 0b01 say hash-based, without the check of the source.
        assert code.read_bytes()[4:8] == b"\x01\x00\x00\x00", code


def test_the_layer_runs_on_its_own(built: Path, layer_python: list[str]) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(built / "CfnBackupLayer" / "python")!r})
sys.path.insert(0, {str(built / "BackupPlanFunction")!r})
import app, boto3, crhelper
import cfn_backup.reconcile.plan, cfn_backup.reconcile.vault, cfn_backup.reconcile.selection
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
Logger(service="test").info("hello")
for service in {_services()!r}:
    boto3.client(service, region_name="eu-central-1")
foreign = [m.__file__ for m in sys.modules.values() if "site-packages" in (getattr(m, "__file__", "") or "")]
assert not foreign, foreign
"""
    answer = subprocess.run([*layer_python, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_the_failure_responder_runs_on_its_own(built: Path, layer_python: list[str]) -> None:
    function = str(built / "FailureResponderFunction")
    code = f"import sys; sys.path.insert(0, {function!r}); import app; app.handler"
    subprocess.run([*layer_python, "-c", code], check=True)


@pytest.mark.parametrize("service", ["backup", "iam"])
@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1", "us-gov-west-1"])
def test_endpoints_are_those_of_the_whole_botocore(
    built: Path, layer_python: list[str], service: str, region: str
) -> None:
    code = f"import boto3; print(boto3.client({service!r}, region_name={region!r}).meta.endpoint_url)"
    path = f"import sys; sys.path.insert(0, {str(built / 'CfnBackupLayer' / 'python')!r}); "
    stripped = subprocess.run([*layer_python, "-c", path + code], capture_output=True, text=True, check=True)
    whole = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert stripped.stdout == whole.stdout


def test_the_layer_is_the_same_when_built_again(built: Path, tmp_path: Path) -> None:
    script = ROOT / "layers" / "cfn_backup" / "build_layer.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True)
    first = built / "CfnBackupLayer"
    files = sorted(str(path.relative_to(first)) for path in first.rglob("*") if path.is_file())
    assert files == sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(first, tmp_path, files, shallow=False) == (files, [], [])


def _services() -> list[str]:
    lines = (ROOT / "layers/cfn_backup/services.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_the_models_say_the_same_as_the_whole_botocore(built: Path, layer_python: list[str]) -> None:
    # GIVEN everything that a model says but its documentation
    code = """
import botocore.session, hashlib, json
session = botocore.session.get_session()
def plain(part):
    if isinstance(part, dict):
        return {k: plain(v) for k, v in part.items() if not (k == "documentation" and isinstance(v, str))}
    return [plain(item) for item in part] if isinstance(part, list) else part
for service in SERVICES:
    model = session.get_component("data_loader").load_service_model(service, "service-2")
    print(service, len(model["operations"]), hashlib.sha256(json.dumps(plain(model)).encode()).hexdigest())
""".replace("SERVICES", repr(_services()))
    path = f"import sys; sys.path.insert(0, {str(built / 'CfnBackupLayer' / 'python')!r})\n"
    shortened = subprocess.run([*layer_python, "-c", path + code], capture_output=True, text=True, check=True)
    whole = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert len(whole.stdout.splitlines()) == len(_services())
    assert shortened.stdout == whole.stdout
