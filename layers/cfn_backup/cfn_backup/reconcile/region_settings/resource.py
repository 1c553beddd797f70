"""How the settings of a Region are checked, made, adjusted and taken back.

Only the types that a resource names are changed. Each is claimed first, so that no two resources set the same
type, and what was there before is known however the work ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from cfn_backup.aws import region_settings
from cfn_backup.aws.errors import AlreadyExists
from cfn_backup.aws.region_settings import Claim, Preference
from cfn_backup.aws.session import concurrently
from cfn_backup.desired.region_settings import RegionSettings, expand_region_settings
from cfn_backup.reconcile.lifecycle import Lifecycle
from cfn_backup.reconcile.looking import refuse_if_overtaken
from cfn_backup.reconcile.standing import Standing, Verdict
from cfn_backup.reconcile.work import Pending, Result, Work
from cfn_backup.rules import read_region_settings
from cfn_backup.symbolic import known
from cfn_backup.written.region_settings import RESTORE


@dataclass(frozen=True)
class Wanted:
    """What must hold, and what is there: the settings, and the claims of this owner."""

    settings: RegionSettings
    actual: region_settings.Settings
    own: tuple[Claim, ...]

    def named(self) -> Iterator[tuple[Preference, str, bool]]:
        """Each type that is set, with its value."""
        for name, value in self.settings.opt_in.items():
            yield Preference.OPT_IN, name, value
        for name, value in self.settings.management.items():
            yield Preference.MANAGEMENT, name, value


class BackupRegionSettingsResource(Lifecycle[Wanted]):
    """The settings. Their physical id is the generated name of the resource, and stays."""

    def check(self, work: Work) -> Wanted:
        given = work.findings.require(read_region_settings(work.properties, work.findings))
        work.refuse_errors()
        claims, actual = concurrently(
            [
                partial(region_settings.read_claims, work.session),
                partial(region_settings.read_settings, work.session),
            ]
        )
        own = tuple(claim for claim in claims if _is_own(work, claim))
        wanted = Wanted(expand_region_settings(given), actual, own)
        _refuse_claimed(wanted, (claim for claim in claims if claim not in own))
        if own and work.physical_id is None:
            work.meet(_physical_id(work))
        return wanted

    def make(self, work: Work, desired: Wanted) -> Result:
        result = self.adjust(work, desired)
        refuse_if_overtaken(work)
        return result

    def adjust(self, work: Work, desired: Wanted) -> Result:
        named = {(claim.preference, claim.resource_type) for claim in _settle_claims(work, desired)}
        left = [one for one in desired.own if (one.preference, one.resource_type) not in named]
        changes = _differing(desired)
        for preference, types in _restored(desired.actual, left).items():
            changes.setdefault(preference, {}).update(types)
        region_settings.change_settings(work.session, changes)
        for claim in left:
            region_settings.delete_claim(work.session, claim)
        return _result(work, _with(desired.actual, changes))

    def answer_again(self, work: Work, desired: Wanted, physical_id: str) -> Result:
        return replace(_result(work, desired.actual), physical_id=physical_id)

    def remove(self, work: Work, standing: Standing) -> Pending | None:
        # the physical id never changes, so what a clean-up names may be what stands only if the stack says so
        if standing.verdict is not Verdict.REPLACED:
            _release(work)
        return None

    def undo(self, work: Work) -> None:
        _release(work, restore=True)


def _physical_id(work: Work) -> str:
    return known(work.owner.generated_name())


def _is_own(work: Work, claim: Claim) -> bool:
    return (claim.stack_id, claim.logical_id) == (str(work.owner.stack_id), work.owner.logical_id)


def _refuse_claimed(wanted: Wanted, others: Iterable[Claim]) -> None:
    """Raises AlreadyExists if another resource sets a type that is named."""
    named = {(preference, name) for preference, name, _ in wanted.named()}
    for claim in others:
        if (claim.preference, claim.resource_type) in named:
            raise _claimed(claim)


def _claimed(claim: Claim) -> AlreadyExists:
    return AlreadyExists(
        f"{claim.preference}.{claim.resource_type}: is set by the resource {claim.logical_id} of the stack "
        f"{claim.stack_id}, and two that set the same type would take turns. Take it out here or there"
    )


def _settle_claims(work: Work, wanted: Wanted) -> list[Claim]:
    """The claims on every type that is named, before anything is changed."""
    own = {(claim.preference, claim.resource_type): claim for claim in wanted.own}
    restores = wanted.settings.removal_policy == RESTORE
    settled = []
    for preference, name, value in wanted.named():
        before = own.get((preference, name))
        claim = Claim(
            preference=preference,
            resource_type=name,
            stack_id=str(work.owner.stack_id),
            logical_id=work.owner.logical_id,
            before=before.before if before else wanted.actual[preference].get(name),
            given=value,
            restores=restores,
        )
        if claim != before:
            _put(work, claim, new=before is None)
            if work.physical_id is None:
                work.identify(_physical_id(work))
        settled.append(claim)
    return settled


def _put(work: Work, claim: Claim, *, new: bool) -> None:
    try:
        region_settings.put_claim(work.session, claim, new=new)
    except AlreadyExists:
        # between the look and now: another resource, or another delivery of this request
        found = next(
            (one for one in region_settings.read_claims(work.session) if one.parameter == claim.parameter),
            None,
        )
        if found is None or not _is_own(work, found):
            raise _claimed(found or claim) from None
        work.meet(_physical_id(work))


def _differing(wanted: Wanted) -> dict[Preference, dict[str, bool]]:
    changes: dict[Preference, dict[str, bool]] = {}
    for preference, name, value in wanted.named():
        if wanted.actual[preference].get(name) is not value:
            changes.setdefault(preference, {})[name] = value
    return changes


def _restored(
    actual: region_settings.Settings, claims: Iterable[Claim], *, all_of_them: bool = False
) -> dict[Preference, dict[str, bool]]:
    """What was there before, of the types that still have the value that the resource gave them."""
    changes: dict[Preference, dict[str, bool]] = {}
    for claim in claims:
        unchanged = actual[claim.preference].get(claim.resource_type) is claim.given
        if (claim.restores or all_of_them) and unchanged and claim.before not in (None, claim.given):
            changes.setdefault(claim.preference, {})[claim.resource_type] = bool(claim.before)
    return changes


def _with(
    actual: region_settings.Settings, changes: region_settings.Settings
) -> dict[Preference, dict[str, bool]]:
    return {preference: {**actual[preference], **changes.get(preference, {})} for preference in Preference}


def _release(work: Work, *, restore: bool = False) -> None:
    """Gives up every claim of the owner, after what was there before is put back where it should be."""
    own = [claim for claim in region_settings.read_claims(work.session) if _is_own(work, claim)]
    if not own:
        return
    actual = region_settings.read_settings(work.session)
    region_settings.change_settings(work.session, _restored(actual, own, all_of_them=restore))
    for claim in own:
        region_settings.delete_claim(work.session, claim)


def _result(work: Work, settings: region_settings.Settings) -> Result:
    opted_in = sorted(name for name, value in settings[Preference.OPT_IN].items() if value)
    return Result(_physical_id(work), {"OptedInResourceTypes": ",".join(opted_in)})
