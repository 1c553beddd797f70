"""The account's AWS Backup settings in this Region."""

from __future__ import annotations

from cfn_backup.aws.session import Session


def opted_in(session: Session) -> dict[str, bool]:
    """Which resource types AWS Backup is opted in for, by its own names (``EBS``, ``Aurora``, …)."""
    settings = session.call("backup", "DescribeRegionSettings")
    return dict(settings.get("ResourceTypeOptInPreference", {}))
