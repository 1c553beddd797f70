"""Whatever stands in a template: it is ejected, or refused in words."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cfn_backup_tools.eject.ejection import NotEjected, eject
from cfn_backup_tools.template.template import parse
from tests.eject.templates import ejected
from tests.parity.programs import FAMILIES, programs_of


class TestNothingBreaks:
    @settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_whatever_stands_in_a_template(self, data: st.DataObject) -> None:
        # GIVEN a template in which something has been replaced by nonsense
        template = data.draw(st.sampled_from(TEMPLATES))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from([path for path in paths(template) if len(path) > 1]))
            template = replaced(template, path, data.draw(st.sampled_from(NONSENSE)))

        # WHEN it is ejected, THEN the result is a template, or a reason why there is none
        try:
            result = eject(
                parse("t.json", json.dumps(template)), {}, data.draw(st.sampled_from(["json", "yaml"]))
            )
        except NotEjected:
            pass
        else:
            assert parse("t", result.text).content["Resources"]


TEMPLATES = [
    program.template()
    for family in FAMILIES
    for program in list(programs_of(family).values())[::7]
    if program.custom
]
NONSENSE: list[Any] = [
    None,
    1,
    "x",
    True,
    [],
    {},
    [1],
    {"a": 1},
    {"Ref": "X"},
    {"Ref": "AWS::NoValue"},
    {"Ref": {}},
]
NONSENSE += [
    {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, 1]},
    {"Fn::If": ["C", "a"]},
    {"Fn::GetAtt": ["A"]},
    {"Fn::Sub": 1},
]
NONSENSE += [
    {"Fn::Join": []},
    {"Fn::Select": [9, [1]]},
    {"Fn::Transform": {"Name": "x"}},
    {"Fn::Sub": "${Plan.X} ${}"},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in the value."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(found for name, member in members for found in paths(member, (*path, name)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with something else at the path."""
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = replaced(changed[path[0]], path[1:], new)
    return changed


def test_a_resource_of_the_generic_type_whose_service_token_tells_the_type() -> None:
    # GIVEN one of each: one of ours, one of somebody else's
    text = """
        Resources:
          Vault:
            Type: AWS::CloudFormation::CustomResource
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupVault
              BackupVaultName: mine
          Other:
            Type: AWS::CloudFormation::CustomResource
            Properties: {ServiceToken: !GetAtt Function.Arn}
        Outputs:
          Arn: {Value: !GetAtt Vault.BackupVaultArn}
        """

    # WHEN it is ejected
    content = parse("t", ejected(text).text).content

    # THEN ours is native, and the other one is as it was
    assert content["Resources"]["Vault"]["Type"] == "AWS::Backup::BackupVault"
    assert content["Resources"]["Vault"]["Properties"] == {"BackupVaultName": "mine"}
    assert content["Resources"]["Other"]["Type"] == "AWS::CloudFormation::CustomResource"
    assert content["Outputs"] == {"Arn": {"Value": {"Fn::GetAtt": ["Vault", "BackupVaultArn"]}}}
