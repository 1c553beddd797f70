# ruff: noqa: SLF001 - ministack has no public way in
"""AWS Backup's events on ministack's EventBridge."""

from __future__ import annotations

import json

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge

from ..events import Event
from ..service import StrictBackupService


def install(service: StrictBackupService) -> None:
    """Sends each event to the default bus of the account and Region that the request at hand is in; what
    happens elsewhere meanwhile is not sent."""

    def send(event: Event) -> None:
        if (event.account, event.region) != (get_account_id(), get_region()):
            return
        entry = {
            "Source": event.entry["source"],
            "DetailType": event.entry["detail-type"],
            "Detail": json.dumps(event.entry["detail"]),
            "Resources": event.entry["resources"],
        }
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    service.listeners.append(send)
