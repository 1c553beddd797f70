"""Pure expansion of what authors write into what must exist. No call to AWS is made here."""

from cfn_backup.desired.owner import Owner
from cfn_backup.desired.plan import Plan, expand_plan, stacks_of_plan
from cfn_backup.desired.role import Role
from cfn_backup.desired.selection import Selection, expand_selection, stacks_named
from cfn_backup.desired.vault import Topic, Vault, expand_vault

__all__ = [
    "Owner",
    "Plan",
    "Role",
    "Selection",
    "Topic",
    "Vault",
    "expand_plan",
    "expand_selection",
    "expand_vault",
    "stacks_named",
    "stacks_of_plan",
]
