"""Legal holds: they keep the recovery points that they select from being deleted."""

from __future__ import annotations

import dataclasses

from .errors import invalid_parameter, invalid_state, limit_exceeded, not_found
from .operations import Call, operation, page, page_size, token, token_position
from .recovery_point_store import PointFilter, RecoveryPoint
from .rules import keeps
from .state import Document, LegalHold, Place, Vault, new_id

_QUOTA = 50  # DG:aws-backup-limits
_POSITIONS = 1 << 32  # more than a vault has


@operation("CreateLegalHold")
def create_legal_hold(call: Call) -> Document:
    token = call.get("IdempotencyToken", "")
    for hold in call.place.legal_holds.values():
        if token and hold.token == token:
            return _shown(hold)
    if sum(hold.active for hold in call.place.legal_holds.values()) >= _QUOTA:
        raise limit_exceeded("The limit of legal holds is reached.")
    hold_id = new_id()
    hold = LegalHold(
        legal_hold_id=hold_id,
        arn=call.place.arn("legal-hold", hold_id),
        token=token,
        title=call["Title"],
        description=call["Description"],
        creation_date=call.now,
        recovery_point_selection=call.get("RecoveryPointSelection", {}),
    )
    call.place.legal_holds[hold_id] = hold
    call.place.tags[hold.arn] = dict(call.get("Tags", {}))
    return _shown(hold)


@operation("GetLegalHold")
def get_legal_hold(call: Call) -> Document:
    return _shown(_existing(call))


@operation("ListLegalHolds")
def list_legal_holds(call: Call) -> Document:
    return page(call, list(call.place.legal_holds.values()), "LegalHolds", _shown)


@operation("ListRecoveryPointsByLegalHold")
def list_recovery_points_by_legal_hold(call: Call) -> Document:
    """A token says the place in which vault to go on from. An unknown hold: the class is an inference."""
    hold = call.place.legal_holds.get(call["LegalHoldId"])
    if hold is None:
        raise invalid_parameter(f"Cannot find legal hold {call['LegalHoldId']}")
    vaults = sorted(call.place.vaults.values(), key=lambda vault: vault.name)
    first, start = divmod(token_position(call), _POSITIONS)
    found: list[Document] = []
    for number, vault in enumerate(vaults[first:], first):
        vault.settle(call.now)
        for position, point in vault.recovery_points.walk(PointFilter(), start if number == first else 0):
            if not (hold.active and _selects(hold.recovery_point_selection, vault, point)):
                continue
            if len(found) == page_size(call):
                return {"RecoveryPoints": found, "NextToken": token(number * _POSITIONS + position)}
            found.append(_member(vault, point))
    return {"RecoveryPoints": found}


def _member(vault: Vault, point: RecoveryPoint) -> Document:
    return {
        "RecoveryPointArn": point.recovery_point_arn,
        "ResourceArn": point.resource_arn,
        "ResourceType": point.resource_type,
        "BackupVaultName": vault.name,
    }


@operation("CancelLegalHold")
def cancel_legal_hold(call: Call) -> Document:
    hold = _existing(call)
    if not hold.active:
        raise invalid_state(f"The legal hold {hold.legal_hold_id} is not active.")
    days = call.get("RetainRecordInDays")
    call.place.legal_holds[hold.legal_hold_id] = dataclasses.replace(
        hold,
        cancel_description=call["CancelDescription"],
        cancellation_date=call.now,
        retain_record_until=None if days is None else call.now + days * 86400,
    )
    return {}


def _existing(call: Call) -> LegalHold:
    hold = call.place.legal_holds.get(call["LegalHoldId"])
    if hold is None:
        raise not_found(f"Cannot find legal hold {call['LegalHoldId']}")
    return hold


@keeps("R4")
def held(place: Place, vault: Vault, point: RecoveryPoint) -> bool:
    """Whether an active hold selects the point: by vault, resource and date range, as far as each is
    given."""
    return any(_selects(hold.recovery_point_selection, vault, point) for hold in _active(place))


def _active(place: Place) -> list[LegalHold]:
    return [hold for hold in place.legal_holds.values() if hold.active]


def _selects(selection: Document, vault: Vault, point: RecoveryPoint) -> bool:
    vaults, resources = selection.get("VaultNames"), selection.get("ResourceIdentifiers")
    dates = selection.get("DateRange")
    return (
        (not vaults or vault.name in vaults)
        and (not resources or point.resource_arn in resources)
        and (not dates or dates["FromDate"] <= point.creation_date <= dates["ToDate"])
    )


def _shown(hold: LegalHold) -> Document:
    return {
        "Title": hold.title,
        "Status": "ACTIVE" if hold.active else "CANCELED",
        "Description": hold.description,
        "CancelDescription": hold.cancel_description,
        "LegalHoldId": hold.legal_hold_id,
        "LegalHoldArn": hold.arn,
        "CreationDate": hold.creation_date,
        "CancellationDate": hold.cancellation_date,
        "RetainRecordUntil": hold.retain_record_until,
        "RecoveryPointSelection": hold.recovery_point_selection or None,
    }
