"""``Custom::BackupVault``, and the default vault of a plan."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from cfn_backup.aws import keys, stacks, topics, vaults
from cfn_backup.aws.deadline import until_accepted
from cfn_backup.aws.errors import (
    AccessDenied,
    AlreadyExists,
    InvalidRequest,
    NotFound,
    NotStabilized,
    ProviderError,
)
from cfn_backup.aws.session import concurrently
from cfn_backup.desired import intention
from cfn_backup.desired.document import known_map
from cfn_backup.desired.owner import (
    ACCESS_POLICY_TAG,
    COMPLETE,
    CREATION_TAG,
    INCOMPLETE,
    KEY_TAG,
    LOCK_TAG,
    NAME_LIMIT,
    REMOVAL_POLICY_TAG,
    TOPIC_TAG,
)
from cfn_backup.desired.policies import policy_digest, same_policy
from cfn_backup.desired.tags import recorded
from cfn_backup.desired.vault import Topic, Vault, expand_vault
from cfn_backup.reconcile import advice
from cfn_backup.reconcile.emptying import hand_over, is_to_be_emptied
from cfn_backup.reconcile.installed import refuse_vault
from cfn_backup.reconcile.lifecycle import Lifecycle
from cfn_backup.reconcile.lock import Lock, adjust_lock, lock_record
from cfn_backup.reconcile.looking import refuse_if_overtaken
from cfn_backup.reconcile.plans_of_vault import check_plans
from cfn_backup.reconcile.standing import Standing, Verdict
from cfn_backup.reconcile.way_out import refusal
from cfn_backup.reconcile.work import Pending, Result, Work, log, not_ours
from cfn_backup.rules import read_vault
from cfn_backup.symbolic import known
from cfn_backup.written.arns import VAULT_NAME
from cfn_backup.written.findings import InvalidProperties
from cfn_backup.written.vault import DESTROY, RETAIN_ON_UPDATE_OR_DELETE

RECORDS = (ACCESS_POLICY_TAG, LOCK_TAG, TOPIC_TAG)
"""The tags that say what the provider put into and around the vault: words, several while it changes."""
TRIES = 3
"""How often a vault is made whose name is taken although there is no such vault."""
CREATION_ROLLED_BACK = (
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
)
"""The statuses of a stack in which a Delete takes back what the failed operation made. The rollback of an
update deletes nothing that was there before it (user guide, DeletionPolicy: RetainExceptOnCreate)."""


class BackupVaultResource(Lifecycle[Vault]):
    """A vault. Its physical id is its name."""

    keeps_record = True

    def check(self, work: Work) -> Vault:
        if work.physical_id is not None:
            return _checked(work)
        desired, _ = concurrently([partial(_checked, work), partial(_note_earlier, work)])
        return desired  # type: ignore[no-any-return]

    def make(self, work: Work, desired: Vault) -> Result:
        made = make_vault(work, desired, identify=True)
        result, *_ = concurrently(
            [
                partial(_result, work, made.name, desired),
                partial(refuse_if_overtaken, work),
                *([partial(complete_vault, work, made.name)] if made.incomplete else []),
            ]
        )
        return result  # type: ignore[no-any-return]

    def adjust(self, work: Work, desired: Vault) -> Result:
        settled = settle_vault(work, desired, settled_name(work, desired, str(work.physical_id)))
        if settled.incomplete:
            complete_vault(work, settled.name)
        _remove_left_over(work, {settled.name, str(work.physical_id)})
        return _result(work, settled.name, desired)

    def answer_again(self, work: Work, desired: Vault, physical_id: str) -> Result:  # noqa: ARG002
        return _result(work, physical_id)

    def remove(self, work: Work, standing: Standing) -> Pending | None:
        name = str(work.physical_id)
        actual = _owned(work, name)
        if actual is not None and _remove_vault(work, actual, answered=True, strict=True):
            hand_over(work, [actual], with_role=False)
        answered = actual is not None or _may_be_answered(work, name)
        if standing.live is None and not (answered and standing.verdict is Verdict.CLEAN_UP):
            others = [one for one in vaults_of_owner(work) if one != name]
            remove_vaults(work, others, answered=False, strict=False)
        return None

    def undo(self, work: Work) -> None:
        remove_vaults(work, vaults_of_owner(work), answered=False, strict=False)

    def is_fulfilled(self, work: Work) -> bool:
        return is_fulfilled(work)


@dataclass(frozen=True)
class Found:
    """The name that the desired vault must have, and that vault if it is there."""

    name: str
    vault: vaults.VaultParts | None


@dataclass(frozen=True)
class Settled:
    """A vault that is as it should be. ``incomplete``: the request that made it is not noted as fulfilled;
    ``complete_vault`` does that at the end."""

    name: str
    incomplete: bool


def _may_be_answered(work: Work, physical_id: str) -> bool:
    """Whether CloudFormation may have the id of a vault that is gone from an answer, and did not invent it
    for one that it was never told of: by reports, «stack-LogicalId-RANDOM»."""
    if physical_id.startswith(known(work.owner.generated_name(NAME_LIMIT))):
        return True
    invented = f"{re.escape(str(work.owner.stack_name))}-{work.owner.logical_id}-[0-9A-Z]{{10,}}"
    return VAULT_NAME.fullmatch(physical_id) is not None and re.fullmatch(invented, physical_id) is None


def _checked(work: Work) -> Vault:
    given = work.findings.require(read_vault(work.properties, work.place, work.findings))
    desired = expand_vault(given, work.owner)
    advice.on_emptying(work, desired)
    work.refuse_errors()
    refuse_vault(work, desired)
    concurrently(advice.on_topic(work, desired))
    return desired


def _note_earlier(work: Work) -> None:
    """AWS Backup may answer a repeated creation with the vault that is there, and not say so (rule V4)."""
    for vault in vaults.list_vaults(work.session):
        name = vault["BackupVaultName"]
        if vault.get("CreatorRequestId") == work.token("vault", name):
            work.meet(name)


def _result(work: Work, name: str, made_true: Vault | None = None) -> Result:
    state = vaults.find_vault(work.session, name)
    if state is None:
        raise InvalidRequest(f"The vault {name} was deleted while it was being worked on")
    attributes = {
        "BackupVaultName": name,
        "BackupVaultArn": state.arn,
        "EncryptionKeyArn": state.key_arn,
        "LockDate": state.lock_date.isoformat() if state.lock_date else "",
    }
    if made_true is None:
        return Result(name, attributes)
    settled = replace(made_true, name=name)
    return Result(name, attributes, intention.of_vault(settled, statement_id_of(work, name)))


def arn_of_vault(work: Work, name: str) -> str:
    place = work.place
    return f"arn:{place.partition}:backup:{place.region}:{place.account_id}:backup-vault:{name}"


def make_vault(work: Work, desired: Vault, *, identify: bool = False, path: str = "") -> Settled:
    """Makes the vault and everything that belongs to it; one of the same owner is met and brought up to date.

    Raises NotStabilized if the name is taken and free by turns.
    """
    if not desired.generated:
        # a plan may have named it before it is there
        check_plans(work, known(desired.name), Lock.desired(desired), None, own_plan="", path=path)
    for _ in range(TRIES):
        name = known(desired.name)
        if _create(work, desired):
            if identify:
                work.identify(name)
            _furnish(work, desired)
            return Settled(name, incomplete=True)
        # the name is taken: by an earlier delivery of this request, or by a vault that was kept when its
        # resource went
        found = settled_name(work, desired, "", path)
        desired = replace(desired, name=found.name)
        if found.vault is not None:
            return _meet_vault(work, desired, found.vault, identify=identify, path=path)
        if work.deadline.remaining() <= 0:
            break
    raise NotStabilized(
        f"The vault {known(desired.name)} could not be made: AWS Backup says that the name is taken, and "
        "then that there is no such vault. Somebody else may be making and deleting it; try again"
    )


def _create(work: Work, desired: Vault) -> bool:
    """False if the name is taken."""
    name = known(desired.name)
    try:
        vaults.create_vault(
            work.session,
            name,
            key_arn=known(desired.key_arn),
            tags={**_tags(desired), CREATION_TAG: INCOMPLETE},
            token=work.token("vault", name),
        )
    except AlreadyExists:
        return False
    return True


def _meet_vault(
    work: Work, desired: Vault, actual: vaults.VaultParts, *, identify: bool, path: str
) -> Settled:
    name = known(desired.name)
    if actual.state.creator_request_id == work.token("vault", name):
        work.met_earlier = True
    if identify:
        work.identify(name)
    check_plans(work, name, Lock.desired(desired), actual.state, own_plan="", path=path)
    adjust_vault(work, desired, actual)
    return Settled(name, _is_incomplete(actual))


def _furnish(work: Work, desired: Vault) -> None:
    """Gives a new vault its policy, notifications and lock; the lock last, since it may not be taken back."""
    name = known(desired.name)
    calls = []
    if desired.access_policy is not None:
        policy = known(desired.access_policy)
        calls.append(lambda: _patiently(work, partial(vaults.put_access_policy, work.session, name, policy)))
    if isinstance(desired.notifications, Topic):
        calls.append(partial(_notify, work, name, desired.notifications))
    concurrently(calls)
    lock = Lock.desired(desired)
    if lock is not None:
        _patiently(work, partial(vaults.put_lock, work.session, name, lock.parameters))


def _patiently(work: Work, call: partial[None]) -> None:
    until_accepted(call, vaults.refused_because_new, work.deadline, seconds=vaults.AFTER_CREATION)


def complete_vault(work: Work, name: str) -> None:
    """Notes that the request which made the vault is fulfilled: from now on its removal policy holds."""
    work.completing = True
    vaults.tag(work.session, arn_of_vault(work, name), {CREATION_TAG: COMPLETE})


def is_fulfilled(work: Work) -> bool:
    """Whether a delivery of this request has made its vault and completed it."""
    made = [
        name
        for name in vaults_of_owner(work)
        if (found := vaults.find_vault(work.session, name))
        and found.creator_request_id == work.token("vault", name)
    ]
    tags = [vaults.tags_of(work.session, arn_of_vault(work, name)) for name in made]
    return any(one.get(CREATION_TAG) == COMPLETE for one in tags)


def settle_vault(work: Work, desired: Vault, found: Found, path: str = "", own_plan: str = "") -> Settled:
    """Makes the vault that ``settled_name`` found equal to the desired one, or makes it. ``own_plan``: the
    id of the plan that the vault comes with."""
    name, actual = found.name, found.vault
    desired = replace(desired, name=name)
    if actual is None:
        return make_vault(work, desired, path=path)
    check_plans(work, name, Lock.desired(desired), actual.state, own_plan=own_plan, path=path)
    adjust_vault(work, desired, actual)
    return Settled(name, _is_incomplete(actual))


def _is_incomplete(actual: vaults.VaultParts) -> bool:
    return actual.tags.get(CREATION_TAG) == INCOMPLETE


def settled_name(work: Work, desired: Vault, current: str, path: str = "") -> Found:
    """The name that the desired vault must have, given the keys of the vaults that are there, and that vault
    if it is there.

    A vault's key cannot be changed, so another key needs another vault: a generated name gets a digest of
    the key. A fixed name cannot be had twice, and is refused.
    """
    for name in _candidates(work, desired, current):
        actual = vaults.read_vault(work.session, name, arn_of_vault(work, name))
        if actual is None:
            return Found(name, None)
        if not work.owner.owns(actual.tags, actual.state.creator_request_id):
            raise not_ours("The vault", name)
        if _has_key(work, actual, desired):
            return Found(name, actual)
    work.findings.add(
        "E9501",
        f"{path}EncryptionKeyArn",
        f"the vault {desired.name} is encrypted with another key, and a vault's key cannot be changed. "
        "Change BackupVaultName too, so that a new vault is made, or leave the name out",
    )
    raise InvalidProperties(work.findings.errors)


def _candidates(work: Work, desired: Vault, current: str) -> list[str]:
    name = known(desired.name)
    if not desired.generated:
        return [name]
    stem = known(work.owner.generated_name(NAME_LIMIT - 7))
    digest = hashlib.sha256(str(desired.key_arn).encode()).hexdigest()[:6]
    of_ours = current == name or re.fullmatch(re.escape(stem) + "-[0-9a-f]{6}", current)
    return list(dict.fromkeys([*([current] if of_ours else []), name, f"{stem}-{digest}"]))


def _has_key(work: Work, actual: vaults.VaultParts, desired: Vault) -> bool:
    wanted = known(desired.key_arn)
    return actual.tags.get(KEY_TAG) == wanted or keys.is_key(work.session, wanted, actual.state.key_arn)


def adjust_vault(work: Work, desired: Vault, actual: vaults.VaultParts) -> None:
    """Makes what is around the vault equal to what is desired; no write where nothing differs. What
    somebody else put, and the template does not speak of, stays."""
    name, arn = actual.state.name, actual.state.arn
    kept = {tag: value for tag, value in actual.tags.items() if tag == CREATION_TAG}
    wanted = {**_tags(desired), **kept}
    # meanwhile the records have both, so that a process that ends here loses track of nothing
    meanwhile = {**wanted, **_joined_records(actual.tags, wanted)}
    vaults.set_tags(work.session, arn, actual.tags, meanwhile)
    _adjust_access_policy(work, name, desired, actual)
    _adjust_notifications(work, name, desired, actual)
    adjust_lock(work, desired, actual)
    vaults.set_tags(work.session, arn, meanwhile, wanted)


def _joined_records(actual: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    return {
        tag: " ".join(sorted({*actual[tag].split(), *wanted.get(tag, "").split()}))
        for tag in RECORDS
        if tag in actual
    }


def _is_recorded(actual: vaults.VaultParts, tag: str, word: str) -> bool:
    """Whether the provider put this there."""
    return word in actual.tags.get(tag, "").split()


def _adjust_access_policy(work: Work, name: str, desired: Vault, actual: vaults.VaultParts) -> None:
    wanted = known(desired.access_policy)
    if same_policy(wanted, actual.access_policy):
        return
    if wanted is None and not _has_own_policy(actual):
        log.warning("the access policy of the vault %s stays: somebody else put it there", name)
        return
    vaults.put_access_policy(work.session, name, wanted)


def _has_own_policy(actual: vaults.VaultParts) -> bool:
    policy = actual.access_policy
    return policy is not None and _is_recorded(actual, ACCESS_POLICY_TAG, policy_digest(policy))


def _adjust_notifications(work: Work, name: str, desired: Vault, actual: vaults.VaultParts) -> None:
    """At any moment only the topic that the vault names can have the statement, so that none is forgotten
    anywhere."""
    topic = desired.notifications if isinstance(desired.notifications, Topic) else None
    if topic is None or not topic.managed or topic.arn != actual.topic_arn:
        _take_statement_out(work, actual)
    if topic is None:
        if actual.topic_arn:
            vaults.delete_notifications(work.session, name)
    elif (actual.topic_arn, set(actual.events)) != (topic.arn, set(known(topic.events))):
        _notify(work, name, topic)
    elif topic.managed and _put_statement_in(work, name, known(topic.arn)) and TOPIC_TAG in actual.tags:
        _warn_of_other_writers(work, name, known(topic.arn))


def _notify(work: Work, name: str, topic: Topic) -> None:
    # AWS Backup does not look at the topic here: stacks of the CDK make the topic's policy and the vault
    # side by side
    events = [known(event) for event in known(topic.events) if event is not None]
    _patiently(work, partial(vaults.put_notifications, work.session, name, known(topic.arn), events))
    if topic.managed:
        _put_statement_in(work, name, known(topic.arn))


def _put_statement_in(work: Work, name: str, topic_arn: str) -> int:
    """Returns how often the statement had to be written."""
    written = topics.allow_publishing(work.session, topic_arn, statement_id_of(work, name), work.deadline)
    if written > 1:
        _warn_of_other_writers(work, name, topic_arn)
    return written


def _warn_of_other_writers(work: Work, name: str, topic_arn: str) -> None:
    work.warn(
        f"somebody else wrote the policy of the topic {topic_arn} and took out the statement that lets AWS "
        f"Backup publish the events of the vault {name}; it is there again. An AWS::SNS::TopicPolicy "
        "replaces the whole policy each time that it changes: let it allow backup.amazonaws.com SNS:Publish "
        "itself, and set ManageTopicPolicy: false"
    )


def _take_statement_out(work: Work, actual: vaults.VaultParts) -> bool:
    """Takes the statement out of the policy of the vault's topic, if one of the provider's can be there. A
    topic that does not let the provider do that is no reason to fail: it must never strand a stack."""
    if not actual.topic_arn or TOPIC_TAG not in actual.tags:
        return False
    sid = statement_id_of(work, actual.state.name)
    try:
        topics.disallow_publishing(work.session, actual.topic_arn, sid, work.deadline)
    except ProviderError as error:
        log.warning("the statement %s stays in the policy of the topic %s: %s", sid, actual.topic_arn, error)
    return True


def statement_id_of(work: Work, name: str) -> str:
    digest = hashlib.sha256(arn_of_vault(work, name).encode()).hexdigest()[:16]
    return f"CfnBackupProvider{digest}"


def _owned(work: Work, name: str) -> vaults.VaultParts | None:
    if VAULT_NAME.fullmatch(name) is None:
        return None
    actual = vaults.read_vault(work.session, name, arn_of_vault(work, name))
    if actual is None or not work.owner.owns(actual.tags, actual.state.creator_request_id):
        return None
    return actual


def vaults_of_owner(work: Work) -> list[str]:
    """The names of the vaults that this owner made, found by what the service lists of every vault."""
    listed = list(vaults.list_vaults(work.session))
    return [v["BackupVaultName"] for v in listed if work.owner.owns_token(v.get("CreatorRequestId"))]


def remove_vaults(work: Work, names: list[str], *, answered: bool = True, strict: bool = True) -> None:
    """What a Delete does to vaults of this owner.

    A vault goes if its recorded removal policy says so, or if the request that made it failed or was lost;
    the latter only if it is empty. ``answered``: CloudFormation was told of the vault, so that it was not
    lost; one of which it was not told, and which was only met by a request, was kept earlier and stays.
    ``strict``: recovery points in a vault that is to go are an error, unless it is to be emptied; else the
    vault stays.
    """
    found = [actual for name in names if (actual := _owned(work, name)) is not None]
    full = [actual for actual in found if _remove_vault(work, actual, answered=answered, strict=strict)]
    if full:
        hand_over(work, full, with_role=True)


def _remove_vault(work: Work, actual: vaults.VaultParts, *, answered: bool, strict: bool) -> bool:
    """True if the vault has to be emptied first."""
    name, policy = actual.state.name, actual.tags.get(REMOVAL_POLICY_TAG)
    was_made = CREATION_TAG in actual.tags
    rolled_back = policy == RETAIN_ON_UPDATE_OR_DELETE and was_made and _creation_is_rolled_back(work)
    goes = rolled_back or (policy == DESTROY and (answered or was_made))
    lost = _is_incomplete(actual) or (was_made and not answered)
    if not (goes or lost):
        log.info("the vault %s stays, as its removal policy %s says", name, policy or "(none recorded)")
        if was_made:
            vaults.untag(work.session, actual.state.arn, CREATION_TAG)
    elif not vaults.has_recovery_points(work.session, name):
        _dismantle(work, actual)
    elif goes and strict and is_to_be_emptied(work, actual):
        return True
    elif goes and strict:
        stack = stacks.stack_status(work.session, str(work.owner.stack_id))
        raise InvalidRequest(refusal(actual.state, str(work.owner.stack_name), stack, work.owner.logical_id))
    else:
        log.warning("the vault %s stays: it has recovery points", name)
    return False


def remove_emptied(work: Work, name: str) -> None:
    """Deletes a vault of this owner that has just been emptied; one that is gone is no error.

    Raises InvalidRequest if it has recovery points again.
    """
    actual = _owned(work, name)
    if actual is not None:
        _dismantle(work, actual)


def _remove_left_over(work: Work, known_names: set[str]) -> None:
    """Removes vaults that an update made whose answer CloudFormation never got, when that update is rolled
    back."""
    others = [name for name in vaults_of_owner(work) if name not in known_names]
    if others and "ROLLBACK" in stacks.stack_status(work.session, str(work.owner.stack_id)):
        remove_vaults(work, others, answered=False, strict=False)


def _creation_is_rolled_back(work: Work) -> bool:
    return stacks.stack_status(work.session, str(work.owner.stack_id)) in CREATION_ROLLED_BACK


def _dismantle(work: Work, actual: vaults.VaultParts) -> None:
    # the vault is what knows the topic, so the statement cannot wait until the vault has gone: a process that
    # ends between the two would leave it behind for ever
    taken_out = _take_statement_out(work, actual)
    try:
        _delete(work, actual)
    except Exception:
        if taken_out:
            _restore_statement(work, actual)
        raise


def _restore_statement(work: Work, actual: vaults.VaultParts) -> None:
    """Lets a vault that stays publish again; a deletion of which no answer came may have happened."""
    name = actual.state.name
    try:
        if vaults.find_vault(work.session, name) is not None:
            _put_statement_in(work, name, str(actual.topic_arn))
    except ProviderError as error:
        log.warning("AWS Backup may no longer publish to the topic %s: %s", actual.topic_arn, error)


def _delete(work: Work, actual: vaults.VaultParts) -> None:
    name = actual.state.name
    try:
        vaults.delete_vault(work.session, name, work.deadline)
    except AccessDenied as error:
        if actual.access_policy is None:
            raise
        if not _has_own_policy(actual):
            raise AccessDenied(
                f"The vault {name} is not deleted: that is denied, and it has an access policy that is not "
                "the provider's own. Whoever put it there must take it away; then delete again "
                f"({error})",
                operation=error.operation,
                code=error.code,
            ) from error
        # the policy may deny it to everybody (developer guide, Vault access policies)
        _drop_access_policy(work, name)
        vaults.delete_vault(work.session, name, work.deadline)


def _drop_access_policy(work: Work, name: str) -> None:
    try:
        vaults.put_access_policy(work.session, name, None)
    except (AccessDenied, NotFound) as error:
        raise AccessDenied(
            f"The access policy of the vault {name} denies the deletion of the vault and its own removal. "
            f"Take the policy away as somebody whom it allows to, then delete again ({error})",
            operation=error.operation,
            code=error.code,
        ) from error


def _tags(desired: Vault) -> dict[str, str]:
    """The tags, with the records of what the provider puts."""
    tags = {**recorded(known_map(desired.tags)), **lock_record(desired)}
    policy, topic = known(desired.access_policy), desired.notifications
    if policy is not None:
        tags[ACCESS_POLICY_TAG] = policy_digest(policy)
    if isinstance(topic, Topic) and topic.managed:
        tags[TOPIC_TAG] = "managed"
    return tags
