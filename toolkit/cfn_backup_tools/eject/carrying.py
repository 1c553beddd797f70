"""Which mistakes a native resource can have just as well.

The service refuses such a value wherever it stands, so it is carried over as it was written, and is no reason not to
write the rest.
"""

from __future__ import annotations

from cfn_backup.written.findings import Finding

OWN_RULES = frozenset({"E9227", "E9313", "E9316"})
"""Errors about properties of ours, beside those about the shape of the properties (``E90…``)."""

GONE = frozenset({"ServiceToken", "EmptyOnDelete", "ContinuousRdsPoints"})
"""Properties that no native resource has, so that it does not matter whether they are right."""

FREE_JSON = "Conditions"
"""The member of a selection that CloudFormation takes whatever is in it."""


def may_be_carried(finding: Finding) -> bool:
    """Whether an error is about a value that a native resource can have just as well,
    to be refused by the service."""
    if is_gone(finding) or (finding.code == "E9001" and FREE_JSON in finding.at.names[:-1]):
        return True
    return not finding.code.startswith("E90") and finding.code not in OWN_RULES


def is_gone(finding: Finding) -> bool:
    """Whether an error is about something that no native resource has."""
    names = finding.at.names
    return bool(names) and names[-1] in GONE
