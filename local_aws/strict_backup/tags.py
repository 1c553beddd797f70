"""Tags of vaults, plans, legal holds and recovery points. Selections have no ARN, so no tags."""

from __future__ import annotations

from .errors import invalid_parameter, not_found
from .operations import Call, operation, page_size, token, token_position
from .state import Document, Place, Tags


def tags_of(place: Place, arn: str) -> Tags | None:
    """The tags behind an ARN, to read and to change; None if there is no such resource."""
    for vault in place.vaults.values():
        if vault.arn == arn:
            return vault.tags
        if vault.recovery_points.find(arn):
            return place.tags.setdefault(arn, {})
    for plan in place.plans_in_use():
        if plan.arn == arn:
            return plan.tags
    held = any(hold.arn == arn for hold in place.legal_holds.values())
    return place.tags.setdefault(arn, {}) if held else None


def _existing(call: Call) -> Tags:
    tags = tags_of(call.place, call["ResourceArn"])
    if tags is None:
        raise not_found(f"Cannot find resource {call['ResourceArn']}")
    return tags


@operation("TagResource")
def tag_resource(call: Call) -> Document:
    tags = _existing(call)
    if any(key.lower().startswith("aws:") for key in call["Tags"]):
        raise invalid_parameter("Tag keys cannot start with aws:")
    tags.update(call["Tags"])
    return {}


@operation("UntagResource")
def untag_resource(call: Call) -> Document:
    tags = _existing(call)
    for key in call["TagKeyList"]:
        tags.pop(key, None)
    return {}


@operation("ListTags")
def list_tags(call: Call) -> Document:
    tags = list(_existing(call).items())
    start = token_position(call)
    end = start + page_size(call)
    return {"Tags": dict(tags[start:end]), "NextToken": token(end) if end < len(tags) else None}
