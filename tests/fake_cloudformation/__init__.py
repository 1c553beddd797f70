"""A CloudFormation for tests that behaves as badly as the real one may.

It carries out stacks of custom resources in this process, with the real protocol: string properties,
presigned URLs that expire, asynchronous and repeated delivery, ids that it makes up, Deletes after failed
Creates, rollbacks, clean-ups.
"""

from tests.fake_cloudformation.bucket import (
    SIGNATURE,
    ResponseBucket,
    answer_lost,
    arrives,
    status,
    unreachable,
)
from tests.fake_cloudformation.clock import Clock
from tests.fake_cloudformation.cloudformation import BYSTANDER, FakeCloudFormation
from tests.fake_cloudformation.delivery import AtOnce, Late, Lost, Once, Throttled, Twice
from tests.fake_cloudformation.lambda_service import Context
from tests.fake_cloudformation.process import Killed, current_process, kill
from tests.fake_cloudformation.stack import Stack, StackEvent, StackResource
from tests.fake_cloudformation.template import Resource

__all__ = [
    "BYSTANDER",
    "SIGNATURE",
    "AtOnce",
    "Clock",
    "Context",
    "FakeCloudFormation",
    "Killed",
    "Late",
    "Lost",
    "Once",
    "Resource",
    "ResponseBucket",
    "Stack",
    "StackEvent",
    "StackResource",
    "Throttled",
    "Twice",
    "answer_lost",
    "arrives",
    "current_process",
    "kill",
    "status",
    "unreachable",
]
