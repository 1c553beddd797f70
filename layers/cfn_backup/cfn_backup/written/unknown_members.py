"""Names that a class does not declare: native members that newer services have,
or mistakes with a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cfn_backup.symbolic.values import Choice, Unknown, each_known
from cfn_backup.written.declarations import Part
from cfn_backup.written.recast import RECAST, Misfit, shown
from cfn_backup.written.service_model import Shape, service_model

FORMS: Mapping[str, str] = {"boolean": "boolean", "integer": "number", "long": "number", "string": "text"}
"""The forms of values, by the service model's names for types."""

WRITTEN_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "BackupPlan": {
        "BackupPlan": "the members of the native BackupPlan stand at the top here: BackupPlanName, "
        "BackupPlanRules and AdvancedBackupSettings beside Preset",
        "Rules": "write BackupPlanRules",
        "BackupPlanRule": "write BackupPlanRules",
        "Tags": "write BackupPlanTags, a map of keys and values",
        "CreatorRequestId": "the provider sets it itself",
        "BackupSelection": "write Selections, a list",
        "BackupSelections": "write Selections",
        "BackupVaultName": "write BackupVault for a vault that exists, or DefaultVault: "
        "{BackupVaultName: …} for a new one",
    },
    "Rule": {
        "TargetBackupVaultName": "write TargetBackupVault, as the native BackupPlan does",
        "RuleId": "AWS Backup makes it; it cannot be given",
    },
    "Lifecycle": {
        "DeleteAfterEvent": "AWS Backup shows it for some recovery points; it cannot be given",
    },
    "Selection": {
        "BackupSelection": "the members of the native BackupSelection stand at the top here: SelectionName, "
        "Resources, ListOfTags and so on",
        "BackupPlanId": "the plan that the Selections are written in is theirs",
        "CreatorRequestId": "the provider sets it itself",
    },
    "BackupSelection": {
        "BackupSelection": "the members of the native BackupSelection stand at the top here: SelectionName, "
        "Resources, ListOfTags and so on, beside BackupPlanId",
        "CreatorRequestId": "the provider sets it itself",
    },
    "BackupVault": {
        "Tags": "write BackupVaultTags, a map of keys and values",
        "CreatorRequestId": "the provider sets it itself",
    },
    "Notifications": {"SnsTopicArn": "write SNSTopicArn"},
}
"""What to do instead of a member that the API, the native resource or a neighbour has under this name."""


def written_otherwise(cls: type, written: Mapping[Any, Any]) -> str | None:
    """What to write instead of a map that has the form of another service; None for any other."""
    if cls.__name__ != "TagCondition" or set(written) != {"Key", "Value"}:
        return None
    key, value = (one if isinstance(one, str) else "…" for one in (written["Key"], written["Value"]))
    return (
        "has Key and Value, as tags have: write {ConditionType: STRINGEQUALS, "
        f"ConditionKey: {key[:80]}, ConditionValue: {value[:80]}}}"
    )


def is_native_member(cls: type[Part], name: str) -> bool:
    """Whether the bundled service model knows the member,
    and it means something here that has no other name."""
    shape = cls.service_shape
    if not shape or name in WRITTEN_OTHERWISE.get(cls.__name__, {}):
        return False
    return name in members_of(shape)


def advice(cls: type, name: str, known: Iterable[str]) -> str:
    """What to write instead of a name that is not known."""
    known = list(known)
    instead = WRITTEN_OTHERWISE.get(cls.__name__, {}).get(name)
    if instead:
        return instead
    nearest = nearest_of(name, known)
    return f"did you mean {nearest}?" if nearest else f"known are {', '.join(known)}"


def is_meant_otherwise(cls: type, name: str, known: Iterable[str]) -> bool:
    """Whether it can be guessed what a name that is not known was meant to be."""
    return name in WRITTEN_OTHERWISE.get(cls.__name__, {}) or nearest_of(name, known) is not None


def nearest_of(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, if any is."""
    import difflib  # noqa: PLC0415 - only ever needed for a mistake

    by_lower_case = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name[:100].lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[found[0]] if found else None


def members_of(shape_name: str) -> Mapping[str, Shape]:
    """The members of a structure of the service, by name."""
    return service_model().shape_for(shape_name).members


def recast_by_shape(shape: Shape, value: Any) -> Any:
    """The value recast by a shape of the service model; raises Misfit where it does not fit."""
    if isinstance(value, Unknown | Choice):
        return each_known(value, lambda branch: recast_by_shape(shape, branch))
    match shape.type_name:
        case "structure":
            return _recast_structure(shape, value)
        case "list":
            return [recast_by_shape(shape.member, item) for item in _list(value) if item is not None]
        case "map":
            return {str(key): recast_by_shape(shape.value, item) for key, item in _map(value).items()}
        case scalar:
            return RECAST[FORMS[scalar]](value) if scalar in FORMS else value


def _recast_structure(shape: Shape, value: Any) -> dict[str, Any]:
    unknown = [str(name) for name in _map(value) if name not in shape.members]
    if unknown:
        raise Misfit(
            "E9001", f"has the unknown member {unknown[0][:80]}; known are {', '.join(shape.members)}"
        )
    return {n: recast_by_shape(shape.members[n], item) for n, item in value.items() if item is not None}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Misfit("E9006", f"has {shown(value)}, where a list is expected")
    return value


def _map(value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise Misfit("E9003", f"has {shown(value)}, where a map is expected")
    return value
