"""What emptying a vault would do: the same decisions as the provider's, and no call that changes anything."""

from __future__ import annotations

from collections import Counter

from cfn_backup.aws.recovery_points import page_of_points
from cfn_backup.aws.session import Session
from cfn_backup.emptying.blockers import blockers
from cfn_backup.emptying.estimate import in_words, seconds_for
from cfn_backup.emptying.ownership import NotToBeEmptied, record_of, refuse_to_empty
from cfn_backup.emptying.points import Phase, Treatment, treatment
from cfn_backup_tools.empty.vaults import OwnedVault

_WORDS = {
    Treatment.DELETE: "would be deleted",
    Treatment.DELETE_COMPOSITE: "composite, would go with or after what is nested in them",
    Treatment.DISASSOCIATE: "continuous, would be disassociated: their database keeps its backups",
    Treatment.WAIT: "are being made or deleted, would be waited for",
}


def look(session: Session, vault: OwnedVault) -> tuple[list[str], bool]:
    """Lines for people, and whether the vault could be emptied."""
    name = vault.parts.state.name
    try:
        refuse_to_empty(vault.owner, vault.parts)
    except NotToBeEmptied as refusal:
        return [str(refusal)], False
    counted = _count(session, vault)
    total = sum(counted.values())
    lines = [f"The vault {name} has {total} recovery points."]
    lines += [f"  {count} of {kind} {_WORDS[how]}" for (kind, how), count in sorted(counted.items())]
    found = blockers(session, vault.parts, tries=False)
    lines += [f"It cannot be emptied: {blocker}" for blocker in found]
    if not found:
        lines.append(f"It would take about {in_words(seconds_for(total))} at 8 a second.")
    return lines, not found


def _count(session: Session, vault: OwnedVault) -> Counter[tuple[str, Treatment]]:
    counted: Counter[tuple[str, Treatment]] = Counter()
    rds, token = record_of(vault.parts), ""
    if rds is None:
        return counted
    while True:
        page = page_of_points(session, vault.parts.state.name, token)
        for point in page.points:
            how = treatment(point, Phase.REST, rds, expired_resist=False, continuous_resist=False)
            counted[point.resource_type, how] += 1
        token = page.next_token
        if not token:
            return counted
