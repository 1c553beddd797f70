"""The least that makes the call: boto3 and nothing else. It answers nobody."""

from typing import Any

import boto3

client = boto3.client("backup")


def handler(_event: dict[str, Any], _context: object) -> None:
    client.describe_backup_vault(BackupVaultName="orders")
