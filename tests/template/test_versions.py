"""What runs behind the alias `live`: each change reaches it, and what is no change publishes nothing.

`tests/e2e/test_upgrading.py` shows it by deploying several times. These tests hold what makes it so, for each
parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

Json = dict[str, Any]

PROVIDERS = ("BackupPlanFunction", "BackupVaultFunction", "BackupSelectionFunction")
# Amazon IAM, CreatePolicy; AWS Lambda, PublishVersion.
POLICY_DESCRIPTION_LIMIT, VERSION_DESCRIPTION_LIMIT = 1000, 256
# A policy's name, CreatePolicy; CloudFormation shortens the names that it makes.
POLICY_NAME_LIMIT = 128


def _named(value: object) -> Iterator[str]:
    """What a value refers to: parameters, pseudo parameters, resources."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "Ref":
                yield member
            elif key == "Fn::GetAtt":
                yield member[0]
            elif key == "Fn::Sub":
                text, names = member if isinstance(member, list) else (member, {})
                yield from (n for n in re.findall(r"\$\{([\w:.]+)\}", text) if n not in names)
                yield from _named(names)
            else:
                yield from _named(member)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)


def _variables(written: Json, function: str) -> Json:
    shared = written["Globals"]["Function"]["Environment"]["Variables"]
    own = written["Resources"][function]["Properties"]["Environment"]["Variables"]
    return {**shared, **own}


def _settings(written: Json) -> str:
    """The description of the policy that is made anew when a setting changes."""
    text: str = written["Resources"]["FunctionPolicy"]["Properties"]["Description"]["Fn::Sub"]
    return text


@pytest.mark.parametrize("function", PROVIDERS)
def test_a_version_names_the_layer_and_the_settings_that_it_was_made_of(written: Json, function: str) -> None:
    properties = written["Resources"][function]["Properties"]
    assert properties["AutoPublishAlias"] == "live"
    assert properties["AutoPublishAliasAllProperties"] is True
    assert set(_named(properties["VersionDescription"])) == {"CfnBackupLayer", "FunctionPolicy"}


@pytest.mark.parametrize("function", PROVIDERS)
def test_the_settings_name_every_parameter_that_a_function_reads(written: Json, function: str) -> None:
    read = {name for name in _named(_variables(written, function)) if not name.startswith("AWS::")}
    assert read
    assert read <= set(_named({"Fn::Sub": _settings(written)}))


@pytest.mark.parametrize("function", PROVIDERS)
def test_the_settings_name_nothing_else(written: Json, function: str) -> None:
    # A version cannot be published of a function that did not change: the deployment would fail.
    read = set(_named(_variables(written, function)))
    assert set(_named({"Fn::Sub": _settings(written)})) <= read


def test_the_longest_values_have_room_in_the_settings(written: Json) -> None:
    text = _settings(written)

    def longest(name: str) -> int:
        parameter = written["Parameters"][name]
        values = parameter.get("AllowedValues", ())
        return int(parameter.get("MaxLength") or max(len(str(value)) for value in values))

    names = re.findall(r"\$\{(\w+)\}", text)
    fixed = len(re.sub(r"\$\{\w+\}", "", text))
    assert fixed + sum(longest(name) for name in names) <= POLICY_DESCRIPTION_LIMIT


def test_the_longest_name_of_the_policy_has_room_in_the_description_of_a_version(written: Json) -> None:
    text, _ = written["Resources"][PROVIDERS[0]]["Properties"]["VersionDescription"]["Fn::Sub"]
    fixed, layer_version = len(re.sub(r"\$\{\w+\}", "", text)), 10
    assert fixed + layer_version + POLICY_NAME_LIMIT <= VERSION_DESCRIPTION_LIMIT
