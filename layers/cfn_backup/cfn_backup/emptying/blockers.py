"""What keeps a vault from being emptied, looked for before anything goes: in words, with counts, the first
points concerned, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotFound, ResourceConflict
from cfn_backup.aws.recovery_points import (
    RecoveryPoint,
    active_holds,
    disassociate_point,
    held_points,
    page_of_points,
    points_with_access_points,
)
from cfn_backup.aws.session import Session
from cfn_backup.aws.vaults import VaultParts
from cfn_backup.desired.owner import ACCESS_POLICY_TAG
from cfn_backup.desired.policies import policy_digest
from cfn_backup.emptying import limits
from cfn_backup.emptying.points import is_continuous_of_database

STANDARD = "BACKUP_VAULT"
"""VaultType of a vault whose points can be deleted; some Regions report none (rule V20)."""


@dataclass(frozen=True)
class Blocker:
    """One reason why the vault cannot be emptied."""

    what: str
    way_out: str
    count: int | None = None
    """Of the points concerned; None when that was not counted."""
    at_least: bool = False
    """Whether there can be more than were counted."""
    first: tuple[str, ...] = ()

    def __str__(self) -> str:
        counted = ""
        if self.count is not None:
            more = "at least " if self.at_least else ""
            counted = f" ({more}{self.count} recovery point{'' if self.count == 1 else 's'}"
            counted += f", the first: {', '.join(self.first)})" if self.first else ")"
        return f"{self.what}{counted}. {self.way_out}"


def blockers(session: Session, vault: VaultParts, *, tries: bool = True) -> list[Blocker]:
    """Everything that keeps this vault's points from going; empty when nothing is known to.

    Reads only, but for continuous points of Aurora: whether AWS Backup lets go of them is known by trying,
    and disassociating one harms nothing. Without ``tries`` those are left out.
    """
    found = [
        *_vault_type(vault),
        *_lock(session, vault),
        *_policy(vault),
        *_holds(session, vault.state.name),
        *_access_points(session, vault.state.name),
    ]
    return found or (_aurora(session, vault.state.name) if tries else [])


def _vault_type(vault: VaultParts) -> Iterable[Blocker]:
    if vault.state.vault_type not in ("", STANDARD):
        yield Blocker(
            f"it is a vault of the type {vault.state.vault_type}, whose recovery points nobody can delete "
            "before their retention ends",
            "Wait until they have ended",
            vault.state.recovery_points,
        )


def _lock(session: Session, vault: VaultParts) -> Iterable[Blocker]:
    state = vault.state
    if not state.locked:
        return
    first = _first_points(session, state.name)
    if not first:
        return  # an empty vault can be deleted, locked or not (rule V18)
    if state.lock_date is None:
        way_out = "Take the lock away (LockConfiguration), then try again"
    else:
        way_out = (
            f"It is a compliance lock, which can be taken away until {state.lock_date.isoformat()} and never "
            "after; then only the end of each point's retention frees the vault"
        )
    yield Blocker(
        "a vault lock protects its recovery points", way_out, max(state.recovery_points, 1), first=first
    )


def _first_points(session: Session, name: str) -> tuple[str, ...]:
    page = page_of_points(session, name, size=limits.SHOWN)
    return tuple(point.arn for point in page.points)


def _policy(vault: VaultParts) -> Iterable[Blocker]:
    policy = vault.access_policy
    if policy is None or is_own_policy(vault):
        return
    denies = "that denies something" if any(_denies(policy)) else "that the provider did not put there"
    yield Blocker(
        f"it has an access policy {denies} and that is not the template's: whoever put it there may count on "
        "the recovery points",
        "Whoever put it there must take it away; then try again",
    )


def is_own_policy(vault: VaultParts) -> bool:
    """Whether the vault's access policy is the one that the provider put there."""
    policy = vault.access_policy
    return policy is not None and policy_digest(policy) in vault.tags.get(ACCESS_POLICY_TAG, "").split()


def _denies(policy: Mapping[str, Any]) -> Iterable[bool]:
    statements = policy.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return (isinstance(one, Mapping) and one.get("Effect") == "Deny" for one in listed)


def _holds(session: Session, name: str) -> Iterable[Blocker]:
    for hold in active_holds(session):
        if hold.vault_names and name not in hold.vault_names:
            continue
        looked_at = list(islice(held_points(session, hold), limits.HELD_LOOKED_AT))
        held = [arn for vault, arn in looked_at if vault == name]
        if held:
            yield Blocker(
                f'the legal hold "{hold.title}" ({hold.hold_id}) keeps recovery points of it',
                "Have the hold cancelled, then try again",
                len(held),
                at_least=len(looked_at) == limits.HELD_LOOKED_AT,
                first=tuple(held[: limits.SHOWN]),
            )


def _access_points(session: Session, name: str) -> Iterable[Blocker]:
    try:
        used = [arn for vault, arn in points_with_access_points(session) if vault == name]
    except (AccessDenied, InvalidRequest, NotFound):
        return  # not in this Region; a point that has one is refused by itself
    if used:
        yield Blocker(
            "backup access points read recovery points of it",
            "Delete those access points, then try again",
            len(used),
            first=tuple(used[: limits.SHOWN]),
        )


def _aurora(session: Session, name: str) -> list[Blocker]:
    """Continuous points of Aurora: they "cannot be completely deleted until the source cluster has also been
    deleted" (developer guide, stopping continuous backups)."""
    points = list(islice(_continuous_of_aurora(session, name), limits.REFUSALS))
    refusals = [said for point in points if (said := _let_go(session, name, point))]
    stay = list(islice(_continuous_of_aurora(session, name), limits.REFUSALS)) if points else []
    if not stay:
        return []
    clusters = sorted({point.resource_arn for point in stay})
    said = f" ({refusals[-1]})" if refusals else ""
    return [
        Blocker(
            "continuous backups of Aurora stay in it for as long as their clusters exist: "
            f"{', '.join(clusters[: limits.SHOWN])}{said}",
            "Delete the clusters, or take them out of the continuous backup, then try again",
            len(stay),
            first=tuple(point.arn for point in stay[: limits.SHOWN]),
        )
    ]


def _continuous_of_aurora(session: Session, name: str) -> Iterable[RecoveryPoint]:
    after = ""
    for _ in range(limits.AURORA_PAGES):
        page = page_of_points(session, name, after, ByResourceType="Aurora")
        yield from (one for one in page.points if is_continuous_of_database(one) and one.status != "DELETING")
        after = page.next_token
        if not after:
            return


def _let_go(session: Session, name: str, point: RecoveryPoint) -> str:
    """What AWS Backup said if it did not; whether the point stays is looked at afterwards."""
    try:
        disassociate_point(session, name, point.arn)
    except (AccessDenied, InvalidRequest, NotFound, ResourceConflict) as refusal:
        return str(refusal)
    return ""
