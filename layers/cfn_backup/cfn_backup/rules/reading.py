"""The rules that the reader checks, value by value: types, names of properties, names that have a form.

Their checks are in ``written.reader``, driven by what each property declares.
"""

from __future__ import annotations

from cfn_backup.rules.registry import OWN, reading_rule

reading_rule(
    "E9001",
    title="Unknown property",
    explanation="The resource has no property of this name, and AWS Backup's API has no member of this name "
    "that could be passed on. Names are case-sensitive.",
    way_out="Use the name that the message suggests, or look it up in the resource's reference page.",
    source=OWN,
)
reading_rule(
    "E9003",
    title="Wrong type of value",
    explanation="Text, a map or a list stands where something else is expected, or the value is empty.",
    way_out="Write the value in the form that the reference page shows.",
    source=OWN,
)
reading_rule(
    "E9004",
    title="Not a whole number",
    explanation='A whole number is expected. `35` and `"35"` are the same, since CloudFormation hands every value to a '
    "custom resource as text.",
    way_out="Write digits only, without unit, spaces or exponent.",
    source=OWN,
)
reading_rule(
    "E9005",
    title="Not a boolean",
    explanation="`true` or `false` is expected, in any case, with or without quotes.",
    way_out="Write `true` or `false`.",
    source=OWN,
)
reading_rule(
    "E9006",
    title="Not a list",
    explanation="A single value stands where a list is expected.",
    way_out="Put it into a list: a line of its own with `- ` before it, or square brackets around it.",
    source=OWN,
)
reading_rule(
    "E9007",
    title="Text that is no JSON",
    explanation="A document, such as a policy, may be written as a map or as JSON text. This text is no JSON.",
    way_out="Write it as a map.",
    source=OWN,
)
reading_rule(
    "E9008",
    title="Value that is not allowed",
    explanation="The property knows certain values only.",
    way_out="Use one of the values that the message names.",
    source="AWS Backup API: the enumerations of ScanAction and ScanSetting; removal policies: cfn-backup-provider",
)
reading_rule(
    "E9014",
    title="Function in the wrong form",
    explanation="An `Fn::If` is not the name of a condition and two values, or a function stands beside "
    "other members of a map. CloudFormation refuses the template.",
    way_out="Write the function as the only member of its map, with the arguments that it takes.",
    source="AWS CloudFormation User Guide: Condition functions",
)
reading_rule(
    "E9202",
    title="Unknown preset",
    explanation="There are presets for a plan and presets for a rule. The CDK's Python spelling "
    "(`daily35_day_retention`) is accepted, too.",
    way_out="Use one of the names that the message shows.",
    source=OWN,
)
reading_rule(
    "E9204",
    title="Name of a rule",
    explanation="The name of a rule has 1 to 50 letters, digits, `-`, `_` and `.`.",
    way_out="Shorten the name, and replace other characters.",
    source="AWS Backup API: BackupRuleInput, RuleName",
)
reading_rule(
    "E9205",
    title="Name of a plan",
    explanation="The name of a plan has 1 to 200 letters, digits, `-`, `_` and `.`.",
    way_out="Shorten the name, and replace other characters. In `Custom::BackupPlan` it may be left out: "
    "then one is generated.",
    source="AWS Backup API: BackupPlan, BackupPlanName",
)
reading_rule(
    "E9212",
    title="Start window out of range",
    explanation="`StartWindowMinutes` is at least 60 and at most 52,560,000 (100 years).",
    way_out="Give 60 or more, or leave it out for 480.",
    source="AWS Backup API: BackupRuleInput, StartWindowMinutes",
)
reading_rule(
    "E9232",
    title="Completion window out of range",
    explanation="`CompletionWindowMinutes` is a number of minutes, 1 or more.",
    way_out="Give at least 60 more than `StartWindowMinutes`, or leave it out for 10,080.",
    source="AWS Backup API: BackupRuleInput, CompletionWindowMinutes",
)
reading_rule(
    "E9301",
    title="Name of a selection",
    explanation="The name of a selection has 1 to 50 letters, digits, `-`, `_` and `.`.",
    way_out="Shorten the name, and replace other characters.",
    source="AWS Backup API: BackupSelection, SelectionName",
)
reading_rule(
    "E9311",
    title="Comparison that tags do not have",
    explanation="`ListOfTags` and `Tag` compare for equality only: `STRINGEQUALS`, in any case.",
    way_out="Use `Conditions` for `StringLike`, `StringNotEquals` and `StringNotLike`.",
    source="AWS Backup API: Condition, ConditionType",
)
reading_rule(
    "E9313",
    title="Unknown kind of entry",
    explanation="An entry of `Resources` is an ARN or a map with one key, which says what the value is.",
    way_out="Use one of the kinds that the reference page lists.",
    source=OWN,
)
reading_rule(
    "E9401",
    title="Name of a vault",
    explanation="The name of a vault has 2 to 50 letters, digits, `-` and `_`.",
    way_out="Shorten the name, and replace other characters. In `Custom::BackupVault` it may be left out: "
    "then one is generated.",
    source="AWS Backup API: CreateBackupVault, BackupVaultName",
)
reading_rule(
    "E9402",
    title="Lock out of range",
    explanation="The retentions of a lock are 1 to 36,500 days; `ChangeableForDays` is 3 to 36,500.",
    way_out="Give days in the range.",
    source="AWS Backup API: PutBackupVaultLockConfiguration",
)
