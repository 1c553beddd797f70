"""One metric per request, by what became of it, and what the request cost."""

# ruff: noqa: PLC0415 - what can be missing, or is slow, is imported when it is needed

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from enum import StrEnum

log = logging.getLogger(__name__)

NAMESPACE = "cfn-backup-provider"
"""Unless POWERTOOLS_METRICS_NAMESPACE says otherwise."""


class Outcome(StrEnum):
    """What became of a request; also the name of its metric."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"
    """The watchdog answered."""
    PENDING = "Pending"
    """It was handed to something that answers later."""
    STALE = "Stale"
    """It was too old to be acted on."""


def record_emptying(vault_name: str, *, left: int, gone: int) -> None:
    """Emits what is left in a vault that is being emptied, and what has gone lately. Never raises."""
    _emit({"RecoveryPointsLeft": left, "RecoveryPointsGone": gone}, "Count", {"VaultName": vault_name})


def record_deletion(resource_type: str, seconds: float) -> None:
    """Emits how long AWS Backup took from a deletion to the point being gone. Never raises."""
    _emit({"SecondsUntilGone": seconds}, "Seconds", {"ResourceType": resource_type})


def _emit(values: Mapping[str, float], unit: str, dimensions: Mapping[str, str]) -> None:
    try:
        from aws_lambda_powertools.metrics import EphemeralMetrics

        metrics = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE))
        metrics.service = os.environ.get("POWERTOOLS_SERVICE_NAME", "VaultEmptier")
        for name, value in values.items():
            metrics.add_metric(name, unit, value)
        metrics.add_dimensions(**dimensions)
        metrics.flush_metrics()
    except Exception as error:
        log.warning("no metrics: %s", type(error).__name__)


def record(
    outcome: Outcome,
    *,
    resource_type: str,
    request_type: str,
    seconds: float,
    calls: int = 0,
    retries: int = 0,
) -> None:
    """Emits the metrics of one request. Never raises: the answer has been sent, there is nothing to save."""
    try:
        # 20 ms that need not be spent before CloudFormation has its answer.
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

        # ephemeral: Powertools' Metrics would share what a failed request left with the next one.
        metrics = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE))
        metrics.service = os.environ.get("POWERTOOLS_SERVICE_NAME", resource_type)
        metrics.add_metric(outcome, MetricUnit.Count, 1)
        metrics.add_metric("Duration", MetricUnit.Milliseconds, seconds * 1000)
        metrics.add_metric("AwsCalls", MetricUnit.Count, calls)
        metrics.add_metric("AwsRetries", MetricUnit.Count, retries)
        metrics.add_dimensions(service=metrics.service, ResourceType=resource_type, RequestType=request_type)
        # and without any dimension: an alarm cannot sum over dimensions by itself.
        metrics.dimension_sets.append({})
        metrics.flush_metrics()
    except Exception as error:
        log.warning("no metrics: %s", type(error).__name__)
