# ruff: noqa: SLF001 - ministack has no public way in
"""The managed policies of AWS Backup, which ministack does not know. Other unknown names stay errors."""

import json

from ministack.services import iam

_NAMES = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    # Without service-role/, as on AWS.
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)
# Nobody is checked against these documents here, so they only show that they are not the real ones.
_DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}],
    }
)


def install() -> None:
    """Make them known, before the server starts."""
    for name in _NAMES:
        policies = iam._aws_managed_policies
        policies.setdefault(f"arn:aws:iam::aws:policy/{name}", iam._make_aws_managed_record(name, _DOCUMENT))
