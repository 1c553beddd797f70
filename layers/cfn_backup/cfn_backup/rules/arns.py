"""What can be known of an ARN: of a text, of a text with unknown parts, and of a reference to a resource.

An unknown part does not make the whole unknown: ``arn:aws:sqs:${AWS::Region}:…`` is no topic in any Region.
"""

from __future__ import annotations

from dataclasses import dataclass

from cfn_backup.desired.place import Place
from cfn_backup.symbolic.functions import Reference, pieces_of, reference_of
from cfn_backup.symbolic.values import Choice, Str, Unknown, Unreadable
from cfn_backup.written.arns import Arn
from cfn_backup.written.recast import shown

UNKNOWN = "\0"
"""Stands for a part of a text that is not known."""

_WITHOUT_COLON = frozenset({
    "AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix",
})  # fmt: skip
"""Pseudo parameters that cannot have a colon in them."""


def known_text(value: Str | None) -> str | None:
    """The text up to where a part could hold anything; UNKNOWN stands for parts that cannot have a colon.

    The whole text of a plain value; None where nothing is known.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, Unknown) or isinstance(value, Unreadable):
        return None
    text = ""
    pieces = pieces_of(value) or ()
    for piece, following in zip(pieces, (*pieces[1:], ""), strict=False):
        if isinstance(piece, str):
            text += piece
        elif _is_one_field(piece) or _fills_a_field(text, following):
            text += UNKNOWN
        else:
            # what follows cannot be placed
            return text + UNKNOWN + UNKNOWN
    return text or None


def _is_one_field(piece: Unknown) -> bool:
    reference = reference_of(piece)
    return reference is not None and not reference.attribute and reference.logical_id in _WITHOUT_COLON


def _fills_a_field(before: str, following: str | Unknown) -> bool:
    return before.startswith("arn:") and before.endswith(":") and str(following).startswith(":")


@dataclass(frozen=True)
class PartialArn:
    """The parts of an ARN as far as they are known; None for one that is not."""

    service: str | None
    region: str | None
    account_id: str | None
    resource: str | None


def partial_arn(value: Str | None) -> PartialArn | None:
    """What is known of an ARN; None where the value is known to be no ARN, or is not known at all."""
    text = known_text(value)
    if text is None or not text.startswith("arn:"):
        return None
    sure = text.removesuffix(UNKNOWN + UNKNOWN)
    parts = sure.split(":", 5)
    if len(sure) < len(text):
        # the last part goes on with what is not known
        parts[-1] = UNKNOWN
    padded = [*parts, *[UNKNOWN] * (6 - len(parts))]
    service, region, account_id, resource = (None if UNKNOWN in part else part for part in padded[2:6])
    if (
        account_id
        and not (account_id.isdecimal() and len(account_id) == 12)
        and len(sure) != len(text.replace(UNKNOWN, ""))
    ):
        # one of the unknown parts has colons in it, so that the fields are others
        return PartialArn(service, None, None, None)
    return PartialArn(service, region, account_id, resource)


def is_no_arn(value: Str | None) -> bool:
    """Whether a value is known to be no ARN, whatever its unknown parts are."""
    text = known_text(value)
    if text is None:
        return False
    beginning = text.partition(UNKNOWN)[0]
    return not (beginning.startswith("arn:") or "arn:".startswith(beginning))


def elsewhere(arn: Arn, place: Place) -> str | None:
    """In which other Region or account an ARN is, in words; None if it is here, or where that cannot be known."""
    if _differs(arn.region, place.region):
        return f"is in the Region {arn.region}, not in {place.region}"
    if _differs(arn.account_id, place.account_id):
        return f"is in the account {arn.account_id}, not in {place.account_id}"
    return None


def _differs(written: str, here: Str) -> bool:
    return bool(written) and "*" not in written and isinstance(here, str) and bool(here) and written != here


def resource_of(value: Str | None, place: Place) -> tuple[Reference, str] | None:
    """The resource of the template that a value refers to, with its type; also through ``${Vault}`` alone."""
    if not isinstance(value, Unknown):
        return None
    reference = reference_of(value)
    if reference is None:
        pieces = pieces_of(value)
        reference = reference_of(pieces[0]) if pieces is not None and len(pieces) == 1 else None
    if reference is None:
        return None
    resource_type = place.resource_types.get(reference.logical_id)
    return (reference, resource_type) if resource_type else None


def written_as(reference: Reference) -> str:
    """A reference in the short form of YAML, as a message shows it."""
    return f"!GetAtt {reference}" if reference.attribute else f"!Ref {reference}"


def shown_value(value: Str | None) -> str:
    """A text value as a message shows it: in quotes, or as the function that it is."""
    if isinstance(value, str):
        # CloudFormation leaves such a text as it is written
        return f"{shown(value)} without !Sub" if "${" in value else shown(value)
    if isinstance(value, Unknown):
        reference = reference_of(value)
        if reference is not None:
            return written_as(reference)
        pieces = pieces_of(value)
        if pieces is not None:
            text = "".join(p if isinstance(p, str) else _variable(p) for p in pieces)
            return shown(text)
    return "not known" if isinstance(value, Unknown | Choice) else shown(value)


def _variable(piece: Unknown) -> str:
    reference = reference_of(piece)
    return "${" + str(reference) + "}" if reference else "${…}"
