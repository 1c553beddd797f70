"""Each property of each type on the local AWS: it comes, it goes, and nothing else changes. Then replacement,
rollback and deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.stacks import StackFailed, Stacks
from tests.e2e.life import BASE, Life, custom, localised, template
from tests.reconcile import stack as in_process
from tests.reconcile.account import Account
from tests.reconcile.changes import PLAN_CHANGES, RULE_CHANGES, SELECTION_CHANGES, TOPIC, VAULT_CHANGES
from tests.unit.desired.builders import ENTRIES

pytestmark = pytest.mark.e2e

CHANGES = {"Vault": VAULT_CHANGES, "Plan": PLAN_CHANGES}
PUBLISH = "backup.amazonaws.com"


@pytest.fixture(scope="module")
def account(local: Instance) -> Account:
    services = ("backup", "iam", "sns", "kms")
    return Account(**{service: read_back.client(local, service) for service in services})


@pytest.fixture(scope="module")
def topic(account: Account) -> str:
    return account.new_topic("events")


@pytest.fixture(scope="module")
def shop(stacks: Stacks, account: Account) -> Iterator[Life]:
    """A stack that every test leaves as it found it."""
    life = Life("shop", stacks, account)
    life.create()
    yield life
    life.delete()


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in CHANGES for name in CHANGES[kind]])
def test_each_property_of_a_vault_and_of_a_plan(kind: str, name: str, shop: Life, topic: str) -> None:
    # GIVEN
    names = {TOPIC: topic, in_process.STACK_ID: shop.stack_id}
    properties, seen = (localised(part, **names) for part in CHANGES[kind][name])
    before, what = shop.everything(), kind.lower()

    # WHEN it comes, THEN exactly that has changed; WHEN it goes, THEN all is as before
    shop.update({kind: properties})
    assert shop.everything() == {**before, what: {**before[what], **seen}}
    shop.update()
    assert shop.everything() == before


@pytest.mark.parametrize("name", RULE_CHANGES)
def test_each_member_of_a_rule(name: str, shop: Life) -> None:
    # GIVEN a rule without a lifecycle, since a preset's gives way to one that is written
    members, seen = (localised(part) for part in RULE_CHANGES[name])
    plain = {k: v for k, v in BASE["Plan"]["BackupPlanRules"][0].items() if k != "Lifecycle"}
    shop.update({"Plan": {"BackupPlanRules": [plain]}})
    before = shop.everything()
    [rule] = before["plan"]["Rules"]

    # WHEN it comes, THEN exactly that has changed; WHEN it goes, THEN all is as before
    shop.update({"Plan": {"BackupPlanRules": [{**plain, **members}]}})
    assert shop.everything() == {**before, "plan": {**before["plan"], "Rules": [{**rule, **seen}]}}
    shop.update({"Plan": {"BackupPlanRules": [plain]}})
    assert shop.everything() == before
    shop.update()


@pytest.mark.parametrize("name", SELECTION_CHANGES)
def test_each_property_of_a_selection(name: str, shop: Life) -> None:
    # GIVEN
    properties, seen, policies = (localised(part) for part in SELECTION_CHANGES[name])
    before, reference = shop.everything(), shop.outputs["Selection"]
    [selection], [role] = before["selections"].values(), before["roles"]

    # WHEN
    shop.update({"Selection": properties})

    # THEN the selection is another one, with its role as it needs to be, and the old one is gone
    assert shop.outputs["Selection"] != reference
    changed = {**selection, **seen}
    assert shop.everything() == {
        **before,
        "selections": {changed["SelectionName"]: changed},
        "roles": {role: {**before["roles"][role], "policies": policies}},
    }
    shop.update()
    assert shop.everything() == before


def test_every_kind_of_entry(shop: Life) -> None:
    entries = {kind: localised(pair) for kind, pair in ENTRIES.items()}
    shop.update({"Selection": {"Resources": [{kind: value} for kind, (value, _) in entries.items()]}})
    [selection] = shop.selections().values()
    assert set(selection["Resources"]) == {arn for _, arn in entries.values()}
    shop.update()


def test_a_role_that_is_given_and_properties_of_one_that_is_made(shop: Life, account: Account) -> None:
    before = shop.everything()
    [role] = before["roles"]
    given = account.new_role("given")

    shop.update({"Selection": {"IamRoleArn": given}})
    assert (shop.selections()["Selection"]["IamRoleArn"], shop.everything()["roles"]) == (given, {})

    shop.update({"Selection": {"AllowRestores": True, "DisableDefaultBackupPolicy": True}})
    assert account.role(role)["policies"] == ["service-role/AWSBackupServiceRolePolicyForRestores"]

    shop.update()
    assert shop.everything() == before


def test_selections_of_a_plan_and_the_role_that_they_share(shop: Life, account: Account) -> None:
    before = shop.everything()
    tables = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}
    tagged = {"SelectionName": "Tagged", "Resources": [{"Tag": {"Key": "a", "Value": "b"}}]}

    shop.update({"Plan": {"Selections": [tables, tagged], "AllowRestores": True}})
    first = shop.selections()
    assert set(first) == {"Selection", "Tables", "Tagged"}
    assert first["Tables"]["IamRoleArn"] == first["Tagged"]["IamRoleArn"] != first["Selection"]["IamRoleArn"]
    assert len(shop.everything()["roles"]) == 2

    changed = {**tables, "Resources": [{"DynamoDBTable": "invoices"}]}
    shop.update({"Plan": {"Selections": [changed, tagged], "AllowRestores": True}})
    second = shop.selections()
    assert second["Tables"]["Resources"] == [first["Tables"]["Resources"][0].replace("orders", "invoices")]
    assert {**second, "Tables": first["Tables"]} == first

    shop.update()
    assert shop.everything() == before


def test_a_topic_lets_backup_publish_as_long_as_a_vault_uses_it(
    shop: Life, account: Account, topic: str
) -> None:
    plain = account.topic_policy(topic)
    shop.update({"Vault": {"Notifications": {"SNSTopicArn": topic}}})
    [added] = [s for s in account.topic_policy(topic) if s not in plain]
    assert added["Principal"] == {"Service": PUBLISH}
    shop.update({"Vault": {"Notifications": {"SNSTopicArn": topic, "ManageTopicPolicy": False}}})
    assert account.topic_policy(topic) == plain
    assert shop.vault()["notifications"][0] == topic
    shop.update()
    assert shop.vault()["notifications"] is None


def test_another_name_and_another_key_replace_a_vault(stacks: Stacks, account: Account) -> None:
    # GIVEN
    shop = Life("replacing", stacks, account)
    shop.create()
    plain = shop.vault()
    key = account.kms.create_key()["KeyMetadata"]["Arn"]

    # WHEN the vault gets a name, THEN the plan's rule goes with it and the old vault is gone
    shop.update({"Vault": {"BackupVaultName": "replacing-named"}})
    assert shop.outputs["Vault"] == "replacing-named"
    assert shop.everything()["vaults"] == ["replacing-named"]
    assert shop.plan()["Rules"][0]["TargetBackupVaultName"] == "replacing-named"

    # WHEN the key changes and the name stays, THEN nothing changes but the message
    named = shop.everything()
    with pytest.raises(StackFailed, match=r"EncryptionKeyArn: .* Change BackupVaultName too"):
        shop.update({"Vault": {"BackupVaultName": "replacing-named", "EncryptionKeyArn": key}})
    assert shop.everything() == named

    # WHEN the name goes and the key comes, and goes again
    shop.update({"Vault": {"EncryptionKeyArn": key}})
    assert shop.vault()["key"] == key
    assert shop.everything()["vaults"] == [shop.outputs["Vault"]]
    shop.update()
    assert shop.everything()["vaults"] == [shop.outputs["Vault"]]
    assert shop.vault() == plain
    shop.delete()


def test_a_failure_in_the_middle_of_an_update_leaves_all_as_it_was(shop: Life) -> None:
    # GIVEN changes of all three resources, of which two replace something, and a fourth one that must fail
    before, references = shop.everything(), dict(shop.outputs)
    changes: dict[str, dict[str, Any]] = {
        "Vault": {"BackupVaultName": "shop-new", "BackupVaultTags": {"a": "b"}},
        "Plan": {"Preset": "daily35DayRetention", "BackupPlanTags": {"a": "b"}},
        "Selection": {"Resources": [{"S3Bucket": "documents"}]},
    }
    nobodys = {"BackupPlanId": "00000000-0000-4000-8000-000000000000", "Resources": ["arn:aws:s3:::b"]}
    failing = template(changes, Other=custom("Selection", nobodys, DependsOn=list(BASE)))

    # WHEN
    with pytest.raises(StackFailed) as failed:
        shop.stacks.update(shop.name, failing)

    # THEN the stack is rolled back, says why, and everything is there as before
    assert "UPDATE_ROLLBACK_COMPLETE" in str(failed.value)
    assert "00000000-0000-4000-8000-000000000000" in str(failed.value)
    assert shop.everything() == before

    # AND the next update finds everything where it was left
    shop.update({"Vault": {"BackupVaultTags": {"c": "d"}}})
    assert {**shop.outputs, "Selection": ""} == {**references, "Selection": ""}
    shop.update()
    assert shop.everything() == before


def test_a_failed_creation_leaves_nothing(stacks: Stacks, account: Account) -> None:
    # GIVEN
    nobodys = {"BackupPlanId": "00000000-0000-4000-8000-000000000000", "Resources": ["arn:aws:s3:::b"]}
    failing = template(None, Other=custom("Selection", nobodys, DependsOn=list(BASE)))
    before = account.everything()

    # WHEN
    with pytest.raises(StackFailed, match="ROLLBACK_COMPLETE"):
        stacks.create("failing", failing)

    # THEN
    assert account.everything() == before
    stacks.delete("failing")


def test_a_deleted_stack_leaves_nothing(stacks: Stacks, account: Account) -> None:
    before = account.everything()
    life = Life("short", stacks, account)
    life.create({"Plan": {"Selections": [{"SelectionName": "S", "Resources": [{"DynamoDBTable": "t"}]}]}})
    assert len(life.selections()) == 2
    life.delete()
    assert account.everything() == before
