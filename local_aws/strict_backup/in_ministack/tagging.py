# ruff: noqa: SLF001 - ministack has no public way in
"""ministack's Resource Groups Tagging API (and aws:ResourceTag of its IAM) for vaults and plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import tagging

from ..errors import ServiceError
from ..service import Caller, StrictBackupService


def install(service: StrictBackupService) -> None:
    """Replaces what reads and writes the tags of ministack's own vaults and plans."""

    def invoke(operation: str, arn: str, **parameters: Any) -> None:
        try:
            caller = Caller(get_account_id(), get_region())
            service.invoke(operation, {"ResourceArn": arn, **parameters}, caller)
        except ServiceError:
            raise tagging._ResourceNotFound(arn) from None

    def collect() -> Iterator[tuple[str, Any]]:
        for arn, tags in service.tagged_resources(get_account_id(), get_region()):
            yield arn, tagging._normalise_flat(tags)

    tagging._COLLECTORS["backup"] = collect
    tagging._RESOURCE_TAG_COLLECTORS["backup"] = collect
    tagging._WRITERS["backup"] = lambda _spec, arn, tags: invoke("TagResource", arn, Tags=tags)
    tagging._REMOVERS["backup"] = lambda _spec, arn, keys: invoke("UntagResource", arn, TagKeyList=list(keys))
