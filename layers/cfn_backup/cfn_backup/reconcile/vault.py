"""``Custom::BackupVault``, and the default vault of a plan."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cfn_backup.aws import keys, stacks, topics, vaults
from cfn_backup.aws.deadline import until_accepted
from cfn_backup.aws.errors import AlreadyExists, InvalidRequest, ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.desired import Topic, Vault, expand_vault
from cfn_backup.desired.document import known, known_map
from cfn_backup.desired.owner import CREATION_TAG, KEY_TAG, NAME_LIMIT, REMOVAL_POLICY_TAG
from cfn_backup.desired.text import cut_in_the_middle
from cfn_backup.model import read_vault
from cfn_backup.model.vault import DESTROY, RETAIN_ON_UPDATE_OR_DELETE
from cfn_backup.reconcile.replacement import refuse_if_overtaken, standing_of
from cfn_backup.reconcile.work import Result, Work, log, not_ours

CREATION_ROLLED_BACK = ("ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED")


class BackupVaultResource:
    """A vault. Its physical id is its name."""

    def create(self, work: Work) -> Result:
        desired = self._desired(work)
        try:
            make_vault(work, desired, identify=True)
            complete_vault(work, known(desired.name))
            result = self._result(work, known(desired.name))
            refuse_if_overtaken(work)
        except Exception:
            undo(work)
            raise
        return result

    def update(self, work: Work) -> Result:
        desired = self._desired(work)
        name, made = settle_vault(work, desired, str(work.physical_id))
        if made:
            complete_vault(work, name)
        return self._result(work, name)

    def delete(self, work: Work) -> None:
        standing = standing_of(work)
        if standing.being_created:
            return  # this Delete belongs to an earlier life of the resource
        name = str(work.physical_id)
        others = [] if standing.live is not None else [one for one in vaults_of_owner(work) if one != name]
        remove_vaults(work, [name, *others])

    def _desired(self, work: Work) -> Vault:
        given = read_vault(work.properties, work.place, work.findings)
        work.refuse_errors()
        assert given is not None  # noqa: S101 - without errors there is a model
        return expand_vault(given, work.owner)

    def _result(self, work: Work, name: str) -> Result:
        state = vaults.find_vault(work.session, name)
        if state is None:
            raise InvalidRequest(f"The vault {name} was deleted while it was being worked on")
        lock_date = state.lock_date.isoformat() if state.lock_date else ""
        attributes = {
            "BackupVaultName": name,
            "BackupVaultArn": state.arn,
            "EncryptionKeyArn": state.key_arn,
            "LockDate": lock_date,
        }
        return Result(name, attributes)


def arn_of_vault(work: Work, name: str) -> str:
    place = work.place
    return f"arn:{place.partition}:backup:{place.region}:{place.account_id}:backup-vault:{name}"


def make_vault(work: Work, desired: Vault, *, identify: bool = False) -> None:
    """Makes the vault and everything that belongs to it; one of the same owner is met and brought up to date."""
    name = known(desired.name)
    try:
        vaults.create_vault(
            work.session,
            name,
            key_arn=known(desired.key_arn),
            tags={**_tags(desired), CREATION_TAG: "incomplete"},
            token=work.token("vault", name),
        )
    except AlreadyExists:
        actual = vaults.read_vault(work.session, name, arn_of_vault(work, name))
        if actual is None or not work.owner.owns_tags(actual.tags):
            raise not_ours("The vault", name) from None
        if identify:
            work.identify(name)
        adjust_vault(work, desired, actual)
        return
    if identify:
        work.identify(name)
    _furnish(work, desired)


def _furnish(work: Work, desired: Vault) -> None:
    """Gives a new vault its policy, notifications and lock; the lock last, since it may not be taken back."""
    name = known(desired.name)

    def patiently(call: Any) -> Any:
        return until_accepted(call, vaults.refused_because_new, work.deadline, seconds=vaults.AFTER_CREATION)

    calls = []
    if desired.access_policy is not None:
        policy = known(desired.access_policy)
        calls.append(lambda: patiently(lambda: vaults.put_access_policy(work.session, name, policy)))
    if isinstance(desired.notifications, Topic):
        topic = desired.notifications
        calls.append(lambda: patiently(lambda: _notify(work, name, topic)))
    concurrently(calls)
    if desired.lock:
        days = known_map(known(desired.lock))
        patiently(lambda: vaults.put_lock(work.session, name, days))


def complete_vault(work: Work, name: object) -> None:
    """Notes that the request which made the vault is fulfilled: from now on its removal policy holds."""
    vaults.untag(work.session, arn_of_vault(work, str(name)), CREATION_TAG)


def settle_vault(work: Work, desired: Vault, current: str) -> tuple[str, bool]:
    """Makes the actual vault equal to the desired one. Its name, another than ``current`` after a replacement; and whether it is new."""
    name, actual = settled_name(work, desired, current)
    desired = replace(desired, name=name)
    if actual is None:
        make_vault(work, desired)
    else:
        adjust_vault(work, desired, actual)
    return name, actual is None


def settled_name(work: Work, desired: Vault, current: str) -> tuple[str, vaults.VaultParts | None]:
    """The name that the desired vault must have, given the keys of the vaults that are there, and that vault if it is there.

    A vault's key cannot be changed, so another key needs another vault: a generated name gets a digest of the key. A fixed
    name cannot be had twice, and is refused.
    """
    for name in _candidates(desired, current):
        actual = vaults.read_vault(work.session, name, arn_of_vault(work, name))
        if actual is None:
            return name, None
        if not work.owner.owns_tags(actual.tags):
            raise not_ours("The vault", name)
        if _has_key(work, actual, desired):
            return name, actual
    raise InvalidRequest(
        f"EncryptionKeyArn: the vault {desired.name} is encrypted with another key, and a vault's key cannot be changed. "
        "Change the vault's name too, so that a new vault is made, or leave the name out"
    )


def _candidates(desired: Vault, current: str) -> list[str]:
    name = known(desired.name)
    if not desired.generated:
        return [name]
    stem = cut_in_the_middle(name, NAME_LIMIT - 7)
    digest = hashlib.sha256(str(desired.key_arn).encode()).hexdigest()[:6]
    of_ours = current == name or re.fullmatch(re.escape(stem) + "-[0-9a-f]{6}", current)
    return list(dict.fromkeys([*([current] if of_ours else []), name, f"{stem}-{digest}"]))


def _has_key(work: Work, actual: vaults.VaultParts, desired: Vault) -> bool:
    wanted = known(desired.key_arn)
    return actual.tags.get(KEY_TAG) == wanted or keys.is_key(work.session, wanted, actual.state.key_arn)


def adjust_vault(work: Work, desired: Vault, actual: vaults.VaultParts) -> None:
    """Makes what is around the vault equal to what is desired; no write where nothing differs."""
    name = actual.state.name
    vaults.set_tags(work.session, actual.state.arn, actual.tags, _tags(desired))
    _adjust_access_policy(work, name, desired, actual)
    _adjust_notifications(work, name, desired, actual)
    _adjust_lock(work, name, desired, actual)


def _adjust_access_policy(work: Work, name: str, desired: Vault, actual: vaults.VaultParts) -> None:
    wanted = known(desired.access_policy)
    if _canonical_policy(wanted) != _canonical_policy(actual.access_policy):
        vaults.put_access_policy(work.session, name, wanted)


def _canonical_policy(policy: Mapping[str, Any] | None) -> str:
    """Policies that mean the same give the same text: a single value is the same as a list of it."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: plain(member) for key, member in value.items()}
        if isinstance(value, list):
            return (
                plain(value[0])
                if len(value) == 1
                else sorted((plain(item) for item in value), key=json.dumps)
            )
        return str(value).lower() if isinstance(value, bool) else str(value)

    return json.dumps(plain(policy), sort_keys=True) if policy is not None else ""


def _adjust_notifications(work: Work, name: str, desired: Vault, actual: vaults.VaultParts) -> None:
    topic = desired.notifications if isinstance(desired.notifications, Topic) else None
    if topic is None:
        if actual.topic_arn is not None:
            vaults.delete_notifications(work.session, name)
    elif (actual.topic_arn, set(actual.events)) != (topic.arn, set(known(topic.events))):
        _notify(work, name, topic)
    elif topic.managed:
        topics.allow_publishing(work.session, known(topic.arn), _sid(work, name))
    else:
        topics.disallow_publishing(work.session, known(topic.arn), _sid(work, name))
    if actual.topic_arn and (topic is None or topic.arn != actual.topic_arn):
        topics.disallow_publishing(work.session, actual.topic_arn, _sid(work, name))


def _notify(work: Work, name: str, topic: Topic) -> None:
    if topic.managed:
        topics.allow_publishing(work.session, known(topic.arn), _sid(work, name))
    vaults.put_notifications(
        work.session, name, known(topic.arn), [known(event) for event in known(topic.events)]
    )


def _sid(work: Work, name: str) -> str:
    digest = hashlib.sha256(arn_of_vault(work, name).encode()).hexdigest()[:16]
    return f"CfnBackupProvider{digest}"


def _adjust_lock(work: Work, name: str, desired: Vault, actual: vaults.VaultParts) -> None:
    wanted = known_map(known(desired.lock)) if desired.lock else {}
    state = actual.state
    if not wanted:
        if state.locked:
            vaults.delete_lock(work.session, name)
        return
    same_days = (wanted.get("MinRetentionDays"), wanted.get("MaxRetentionDays")) == (
        state.min_retention_days,
        state.max_retention_days,
    )
    # ChangeableForDays is never read back; that a lock date is set is all that can be compared, and putting it again would
    # move the date
    if not (state.locked and same_days and ("ChangeableForDays" in wanted) == (state.lock_date is not None)):
        vaults.put_lock(work.session, name, wanted)


def _owned(work: Work, name: str) -> vaults.VaultParts | None:
    actual = vaults.read_vault(work.session, name, arn_of_vault(work, name)) if _is_vault_name(name) else None
    return actual if actual is not None and work.owner.owns_tags(actual.tags) else None


def _is_vault_name(name: str) -> bool:
    return 2 <= len(name) <= NAME_LIMIT and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)


def vaults_of_owner(work: Work) -> list[str]:
    """The names of the vaults that this owner made, found by what the service lists of every vault."""
    listed = list(vaults.list_vaults(work.session))
    return [v["BackupVaultName"] for v in listed if work.owner.owns_token(v.get("CreatorRequestId"))]


def remove_vaults(work: Work, names: list[str] | None = None, *, strict: bool = True) -> None:
    """What a Delete does to vaults of this owner (all, if none are named).

    A vault goes if its recorded removal policy says so, or if its creation never was completed; the latter only if it is
    empty. ``strict``: recovery points in a vault that is to go are an error, else the vault stays.
    """
    for name in vaults_of_owner(work) if names is None else names:
        actual = _owned(work, name)
        if actual is not None:
            _remove_vault(work, actual, strict=strict)


def _remove_vault(work: Work, actual: vaults.VaultParts, *, strict: bool) -> None:
    name = actual.state.name
    policy = actual.tags.get(REMOVAL_POLICY_TAG)
    incomplete = CREATION_TAG in actual.tags
    goes = policy == DESTROY or (policy == RETAIN_ON_UPDATE_OR_DELETE and _creation_is_rolled_back(work))
    if not (goes or incomplete):
        log.info("the vault %s stays, as its removal policy %s says", name, policy or "(none recorded)")
    elif not vaults.has_recovery_points(work.session, name):
        _dismantle(work, actual)
    elif goes and strict:
        count = max(actual.state.recovery_points, 1)
        raise InvalidRequest(
            f"The vault {name} has {count} recovery point{'s' if count > 1 else ''} and is not deleted. Delete them "
            "first, or set RemovalPolicy: RETAIN to keep the vault; deleting them with EmptyOnDelete is not available yet"
        )
    else:
        log.warning("the vault %s stays: it has recovery points", name)


def _creation_is_rolled_back(work: Work) -> bool:
    return stacks.stack_status(work.session, str(work.owner.stack_id)) in CREATION_ROLLED_BACK


def _dismantle(work: Work, actual: vaults.VaultParts) -> None:
    name = actual.state.name
    if actual.topic_arn:
        topics.disallow_publishing(work.session, actual.topic_arn, _sid(work, name))
    if actual.access_policy is not None:
        # it may deny the deletion, also to ourselves (developer guide, Vault access policies)
        vaults.put_access_policy(work.session, name, None)
    vaults.delete_vault(work.session, name, work.deadline)


def undo(work: Work) -> None:
    """Removes what a failed Create made; if that fails, too, the id stays noted for the Delete that follows."""
    try:
        if standing_of(work).live is None:
            remove_vaults(work)
    except ProviderError as error:
        log.warning("what was made could not be removed yet: %s", error)
    else:
        work.identify(None)


def _tags(desired: Vault) -> dict[str, str]:
    return known_map(desired.tags)
