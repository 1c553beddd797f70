"""crhelper, Powertools and boto3, put together as their own READMEs show."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from crhelper import CfnResource

logger = Logger(service="vault")
metrics = Metrics(namespace="provider", service="vault")
helper = CfnResource(json_logging=False, log_level="DEBUG", boto_level="CRITICAL")

try:
    client = boto3.client("backup")
except Exception as error:
    helper.init_failure(error)


@helper.create
def create(_event: dict[str, Any], _context: object) -> str:
    vault = client.describe_backup_vault(BackupVaultName="orders")
    helper.Data["BackupVaultArn"] = vault["BackupVaultArn"]
    metrics.add_metric(name="Succeeded", unit=MetricUnit.Count, value=1)
    return "orders"


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: object) -> None:
    helper(event, context)
