"""What runs behind the alias `live`: each change reaches it, and what is no change publishes nothing.

`tests/e2e/test_upgrading.py` shows it by deploying several times. These tests hold what makes it so, for each
parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.policies import deployed

Json = dict[str, Any]

SETTINGS = ("FunctionPolicy", "InstallersPolicy")
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
            elif key == "Fn::If":
                yield from _named([deployed.written()["Conditions"][member[0]], *member[1:]])
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


def _settings(written: Json) -> set[str]:
    """What the descriptions name of the policies that are made anew when a setting changes."""
    descriptions = [written["Resources"][policy]["Properties"]["Description"] for policy in SETTINGS]
    return set(_named(descriptions)) - {"InstallersPolicy"}


def _read(written: Json, function: str) -> set[str]:
    """What the variables of a function are made of.

    A shared role keeps its ARN: its path, which is a setting, and the name that CloudFormation once gave it. So
    does the state machine: its name is a setting.
    """
    names = _named(_variables(written, function))
    return {name for name in names if not name.startswith(("AWS::", "Shared", "VaultEmptier"))}


@pytest.mark.parametrize("function", PROVIDERS)
def test_a_version_names_the_layer_and_the_settings_that_it_was_made_of(written: Json, function: str) -> None:
    properties = written["Resources"][function]["Properties"]
    assert properties["AutoPublishAlias"] == "live"
    assert properties["AutoPublishAliasAllProperties"] is True
    assert set(_named(properties["VersionDescription"])) == {"CfnBackupLayer", "FunctionPolicy"}


@pytest.mark.parametrize("function", PROVIDERS)
def test_the_settings_name_every_parameter_that_a_function_reads(written: Json, function: str) -> None:
    assert _read(written, function)
    assert _read(written, function) <= _settings(written)


@pytest.mark.parametrize("function", PROVIDERS)
def test_the_settings_name_nothing_else(written: Json, function: str) -> None:
    # A version cannot be published of a function that did not change: the deployment would fail.
    assert _settings(written) <= _read(written, function)


@pytest.mark.parametrize("policy", SETTINGS)
def test_the_longest_values_have_room_in_a_description(written: Json, policy: str) -> None:
    given = written["Resources"][policy]["Properties"]["Description"]["Fn::Sub"]
    text = given[0] if isinstance(given, list) else given

    def longest(name: str) -> int:
        if name in written["Parameters"]:
            parameter = written["Parameters"][name]
            values = parameter.get("AllowedValues", ())
            return int(parameter.get("MaxLength") or max(len(str(value)) for value in values))
        return {"Boundary": longest("PermissionsBoundary"), "Installers": POLICY_NAME_LIMIT}[name]

    names = re.findall(r"\$\{(\w+)\}", text)
    fixed = len(re.sub(r"\$\{\w+\}", "", text))
    assert fixed + sum(longest(name) for name in names) <= POLICY_DESCRIPTION_LIMIT


def test_the_longest_name_of_the_policy_has_room_in_the_description_of_a_version(written: Json) -> None:
    text, _ = written["Resources"][PROVIDERS[0]]["Properties"]["VersionDescription"]["Fn::Sub"]
    fixed, layer_version = len(re.sub(r"\$\{\w+\}", "", text)), 10
    assert fixed + layer_version + POLICY_NAME_LIMIT <= VERSION_DESCRIPTION_LIMIT
