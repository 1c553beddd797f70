"""Every rule that has a code: what it says, why, and what to do. The reference page ``docs/rules.md`` is
made from it.

Codes are stable: E is an error, W a warning; 90 properties, 92 plans and their rules, 93 selections, 94
vaults, 95 what only a deployment can know. They are in the range that cfn-lint leaves to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfn_backup.written.problems import Severity


@dataclass(frozen=True)
class RuleText:
    """One rule of the rulebook."""

    code: str
    title: str
    explanation: str
    way_out: str
    source: str
    """Where it is written down; where the provider decides by itself, that."""

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR


OWN = "cfn-backup-provider"

GROUPS: Mapping[str, str] = {
    "90": "Properties",
    "92": "Plans and rules",
    "93": "Selections",
    "94": "Vaults",
    "95": "Found during deployment",
}
"""The groups of codes, by their first two digits."""

_TEXTS = (
    RuleText(
        "E9001",
        "Unknown property",
        "The resource has no property of this name, and AWS Backup's API has no member of this name that "
        "could be passed on. Names are case-sensitive.",
        "Use the name that the message suggests, or look it up in the resource's reference page.",
        OWN,
    ),
    RuleText(
        "E9002",
        "Missing property",
        "A required property is not there, or is `AWS::NoValue`.",
        "Add it.",
        OWN,
    ),
    RuleText(
        "E9003",
        "Wrong type of value",
        "Text, a map or a list stands where something else is expected, or the value is empty.",
        "Write the value in the form that the reference page shows.",
        OWN,
    ),
    RuleText(
        "E9004",
        "Not a whole number",
        'A whole number is expected. `35` and `"35"` are the same, since CloudFormation hands every value to '
        "a custom resource as text.",
        "Write digits only, without unit, spaces or exponent.",
        OWN,
    ),
    RuleText(
        "E9005",
        "Not a boolean",
        "`true` or `false` is expected, in any case, with or without quotes.",
        "Write `true` or `false`.",
        OWN,
    ),
    RuleText(
        "E9006",
        "Not a list",
        "A single value stands where a list is expected.",
        "Put it into a list: a line of its own with `- ` before it, or square brackets around it.",
        OWN,
    ),
    RuleText(
        "E9007",
        "Text that is no JSON",
        "A document, such as a policy, may be written as a map or as JSON text. This text is no JSON.",
        "Write it as a map.",
        OWN,
    ),
    RuleText(
        "E9008",
        "Value that is not allowed",
        "The property knows certain values only.",
        "Use one of the values that the message names.",
        "AWS Backup API: the enumerations of ScanAction and ScanSetting; removal policies: "
        "cfn-backup-provider",
    ),
    RuleText(
        "E9010",
        "Unknown return value",
        "`Fn::GetAtt` or `Fn::Sub` asks for an attribute that the resource does not have.",
        "Use one of the return values that the resource's reference page lists.",
        OWN,
    ),
    RuleText(
        "W9011",
        "Unknown resource type",
        "A custom resource type looks like one of this provider's, but is none of them.",
        "Use the name that the message suggests.",
        OWN,
    ),
    RuleText(
        "E9012",
        "Name that is written twice",
        "A map of the template has the same key twice: one of the two values would silently be lost.",
        "Leave one of them out, or write both into one.",
        "YAML 1.2.2, 3.2.1.1 Nodes (keys are unique); cfn-lint, E0000",
    ),
    RuleText(
        "E9013",
        "Reserved tag",
        "Tags that begin with `aws:` are AWS's own, and those that begin with `cfn-backup-provider:` say "
        "what the provider made and put there. A template cannot set them on a vault or plan.",
        "Choose another key.",
        "AWS General Reference: Tag naming limits and requirements",
    ),
    RuleText(
        "E9201",
        "Plan without rules",
        "A plan needs at least one rule, from its `Preset` or from `BackupPlanRules`.",
        "Give a `Preset`, such as `daily35DayRetention`, or a rule.",
        "AWS Backup Developer Guide: Backup plan options and configuration",
    ),
    RuleText(
        "E9202",
        "Unknown preset",
        "There are ready-made plans for a plan's `Preset` and ready-made rules for a rule's. The CDK's "
        "Python spelling (`daily35_day_retention`) is accepted, too.",
        "Use one of the names that the message shows.",
        OWN,
    ),
    RuleText(
        "E9204",
        "Name of a rule",
        "The name of a rule has 1 to 50 letters, digits, `-`, `_` and `.`.",
        "Shorten the name, and replace other characters.",
        "AWS Backup API: BackupRuleInput, RuleName",
    ),
    RuleText(
        "E9205",
        "Name of a plan",
        "The name of a plan has 1 to 200 letters, digits, `-`, `_` and `.`.",
        "Shorten the name, and replace other characters, or leave it out: then one is generated.",
        "AWS Backup API: BackupPlan, BackupPlanName",
    ),
    RuleText(
        "W9206",
        "Two rules with the same name",
        "AWS Backup takes the plan, but in its jobs and reports the two rules cannot be told apart.",
        "Give each rule its own name.",
        OWN,
    ),
    RuleText(
        "W9207",
        "Plan name that the console does not take",
        "The API takes 200 characters, the console and parts of the documentation 50.",
        "Use a name of at most 50 characters.",
        "AWS Backup API: BackupPlanInput and BackupPlan, BackupPlanName",
    ),
    RuleText(
        "E9208",
        "Schedule that is no cron expression",
        "A schedule is `cron(<minute> <hour> <day of month> <month> <day of week> <year>)`, with all six "
        "fields and values in their range. `rate(…)` is not supported by AWS Backup.",
        "Write, for instance, `cron(0 5 * * ? *)` for every day at 05:00.",
        "AWS Backup Developer Guide: Backup plan options and configuration; Amazon EventBridge: Cron "
        "expressions reference",
    ),
    RuleText(
        "E9209",
        "Schedule with both days, or with neither",
        "Of day of month and day of week exactly one must be `?`, also where the other is `*`.",
        "Put `?` where no day is meant: `cron(0 5 1 * ? *)`, `cron(0 5 ? * SAT *)`.",
        "Amazon EventBridge: Cron expressions reference",
    ),
    RuleText(
        "E9210",
        "Schedule more often than hourly",
        "AWS Backup runs a rule at most once an hour.",
        "Give a single minute. For a shorter recovery point objective use `EnableContinuousBackup` where "
        "the resource supports it.",
        "AWS Backup Developer Guide: Backup plan options and configuration, Backup frequency",
    ),
    RuleText(
        "E9211",
        "Unknown timezone",
        "A timezone is a name of the IANA database, such as `Europe/Zurich`; capitals matter.",
        "Use the name that the message suggests.",
        "AWS Backup API: BackupRuleInput, ScheduleExpressionTimezone",
    ),
    RuleText(
        "E9212",
        "Start window out of range",
        "`StartWindowMinutes` is 60 to 52,560,000.",
        "Give 60 or more, or leave it out for 480.",
        "AWS Backup API: BackupRuleInput, StartWindowMinutes",
    ),
    RuleText(
        "W9213",
        "Little time to complete",
        "`CompletionWindowMinutes` is less than 60 minutes longer than `StartWindowMinutes`: a job that "
        "starts at the end of its start window is cancelled before it can complete.",
        "Make the completion window at least 60 minutes longer than the start window.",
        "AWS Backup API: BackupRuleInput, CompletionWindowMinutes",
    ),
    RuleText(
        "E9214",
        "Deleted before 90 days in cold storage",
        "Recovery points stay in cold storage for at least 90 days, so `DeleteAfterDays` must be at least "
        "`MoveToColdStorageAfterDays` + 90, in a rule and in a copy action.",
        "Keep them longer, or leave out `MoveToColdStorageAfterDays`.",
        "AWS Backup API: Lifecycle",
    ),
    RuleText(
        "E9215",
        "Days out of range",
        "The days of a lifecycle are 1 to 36,500. `-1` for both of them means to keep recovery points for "
        "ever.",
        "Give days in the range, or leave the property out.",
        "AWS Backup API: BackupRuleInput, Lifecycle",
    ),
    RuleText(
        "E9217",
        "Continuous backup kept too long",
        "Continuous backups are kept for 1 to 35 days.",
        "Give 35 or less; for longer retention write a second rule without `EnableContinuousBackup`.",
        "AWS Backup Developer Guide: Continuous backups and point-in-time recovery",
    ),
    RuleText(
        "E9218",
        "Continuous backup with cold storage",
        "Continuous backups cannot move to cold storage.",
        "Leave out `MoveToColdStorageAfterDays`, or write a second rule without `EnableContinuousBackup`.",
        "AWS Backup Developer Guide: Continuous backups and point-in-time recovery",
    ),
    RuleText(
        "E9219",
        "Continuous backups in several vaults",
        "AWS Backup refuses a plan with several continuous rules that do not have the same vault.",
        "Give the rules the same vault, or write two plans.",
        "AWS Backup Developer Guide: Continuous backups and point-in-time recovery, overlapping rules",
    ),
    RuleText(
        "E9220",
        "Target vault elsewhere",
        "Backups go to a vault of their own Region and account.",
        "Name a vault of this Region and account, and copy from there with `CopyActions`.",
        "AWS Backup API: BackupRuleInput, TargetBackupVaultName",
    ),
    RuleText(
        "E9221",
        "Not a vault",
        "The target is neither a name that a vault can have (2 to 50 letters, digits, `-` and `_`) nor the "
        "ARN of a vault.",
        "Give the name (`!Ref` of the vault) or its ARN.",
        "AWS Backup API: BackupRuleInput, TargetBackupVaultName",
    ),
    RuleText(
        "E9222",
        "Copy destination that is no vault",
        "The destination of a copy is the ARN of a backup vault, of any account of the organization and any "
        "Region.",
        "Give the ARN: `arn:aws:backup:<Region>:<account>:backup-vault:<name>`.",
        "AWS Backup API: CopyAction",
    ),
    RuleText(
        "W9223",
        "Copy into the same vault",
        "The copy goes to the vault that has the backup already.",
        "Copy to another vault, better of another Region or account, or leave the copy out.",
        OWN,
    ),
    RuleText(
        "E9224",
        "Index actions",
        "A rule has at most one index action with at most one resource type, which is `EBS` or `S3`.",
        "Write one rule for each type.",
        "AWS Backup API: BackupRuleInput, IndexActions",
    ),
    RuleText(
        "E9225",
        "Scan without settings",
        "`ScanActions` of a rule do nothing without the plan's `ScanSettings`.",
        "Add `ScanSettings` with `MalwareScanner`, `ResourceTypes` and `ScannerRoleArn` to the plan.",
        "AWS Organizations User Guide: Backup policy syntax and examples",
    ),
    RuleText(
        "E9226",
        "Unknown advanced setting",
        "There are `WindowsVSS` for `EC2`, and `BackupACLs` and `BackupObjectTags` for `S3`, with the "
        "values `enabled` and `disabled` in small letters.",
        "Use one of these.",
        "AWS Backup API: AdvancedBackupSetting",
    ),
    RuleText(
        "E9227",
        "Default vault beside a given vault",
        "With `BackupVault` every rule has a vault, so no default vault is made, and `DefaultVault` would "
        "say nothing.",
        "Keep one of the two.",
        OWN,
    ),
    RuleText(
        "E9228",
        "Logically air-gapped target elsewhere",
        "`TargetLogicallyAirGappedBackupVaultArn` is the ARN of a logically air-gapped vault of this Region "
        "and account.",
        "Name such a vault; for others use `CopyActions`.",
        "AWS Backup API: BackupRuleInput, TargetLogicallyAirGappedBackupVaultArn",
    ),
    RuleText(
        "E9229",
        "Retention that the lock of the vault refuses",
        "AWS Backup takes such a plan, and then every backup job fails. Checked against the default vault's "
        "`LockConfiguration`, by `cfn-backup validate` against the lock of a vault of the same template, and "
        "during deployment against the lock that the vault has.",
        "Bring `DeleteAfterDays` between the lock's minimum and maximum, or use another vault.",
        "AWS Backup Developer Guide: AWS Backup Vault Lock",
    ),
    RuleText(
        "W9230",
        "Resource type without cold storage",
        "`MoveToColdStorageAfterDays` is ignored for resource types that have no cold storage: their "
        "recovery points stay in warm storage, at its price.",
        "Select these resources in a plan without cold storage, so that the plan says what happens.",
        "AWS Backup Developer Guide: Feature availability by resource",
    ),
    RuleText(
        "W9231",
        "EBS volumes without the opt-in to archive storage",
        "Snapshots of EBS volumes move to archive storage only if the rule's lifecycle opts in, and if the "
        "rule runs monthly or rarer. The ready-made rules do not opt in, as in the CDK.",
        "Add `OptInToArchiveForSupportedResources: true` to the rule's `Lifecycle`.",
        "AWS Backup API: Lifecycle, OptInToArchiveForSupportedResources",
    ),
    RuleText(
        "E9232",
        "Completion window out of range",
        "`CompletionWindowMinutes` is a number of minutes, 1 or more.",
        "Give at least 60 more than `StartWindowMinutes`, or leave it out for 10,080.",
        "AWS Backup API: BackupRuleInput, CompletionWindowMinutes",
    ),
    RuleText(
        "E9301",
        "Name of a selection",
        "The name of a selection has 1 to 50 letters, digits, `-`, `_` and `.`.",
        "Shorten the name, and replace other characters.",
        "AWS Backup API: BackupSelection, SelectionName",
    ),
    RuleText(
        "E9302",
        "Two selections of a plan with the same name",
        "The selections that are written in a plan are told apart by their names.",
        "Give each its own name.",
        OWN,
    ),
    RuleText(
        "E9304",
        "Nothing selected",
        "A selection needs `Resources`, `ListOfTags` or `Conditions`; what is left out with `NotResources` "
        "does not select. During a deployment: the stacks that it names contain nothing that AWS Backup "
        "supports.",
        'Name resources, or select by tags. `Resources: ["*"]` selects everything that the account has opted '
        "in to.",
        "AWS Backup API: BackupSelection",
    ),
    RuleText(
        "E9305",
        "Too many ARNs",
        "A selection can have 500 ARNs.",
        "Split it into several selections, or select by tags.",
        "AWS Backup API: BackupSelection, Resources",
    ),
    RuleText(
        "E9306",
        "Too many ARNs with wildcards",
        "A selection can have 30 ARNs with wildcards.",
        "Split it into several selections, or select by tags.",
        "AWS Backup API: BackupSelection, Resources",
    ),
    RuleText(
        "E9307",
        "Too many conditions",
        "A selection can have 30 conditions and 30 tags.",
        "Split it into several selections.",
        "AWS Backup Developer Guide: Backup plan resource assignments quotas",
    ),
    RuleText(
        "E9308",
        "Wildcard inside a name",
        "In the resource part of an ARN `*` can only be the last character. It can also stand for the "
        "Region or account, and alone for everything.",
        "Select by the beginning of the name, or by tags.",
        "AWS Backup API: BackupSelection, Resources",
    ),
    RuleText(
        "E9309",
        "Resource elsewhere",
        "A selection finds resources of its own Region and account.",
        "Deploy a plan where the resource is.",
        "AWS Backup Developer Guide: Assign resources with AWS CLI",
    ),
    RuleText(
        "E9310",
        "Not an ARN",
        "A bare entry of `Resources` or `NotResources` is an ARN or `*`.",
        "Give the ARN (often `!GetAtt <resource>.Arn`), or say what the id is: `DynamoDBTable: !Ref Table`.",
        "AWS Backup API: BackupSelection, Resources",
    ),
    RuleText(
        "E9311",
        "Comparison that tags do not have",
        "`ListOfTags` and `Tag` compare for equality only: `STRINGEQUALS`, in any case.",
        "Use `Conditions` for `StringLike`, `StringNotEquals` and `StringNotLike`.",
        "AWS Backup API: Condition, ConditionType",
    ),
    RuleText(
        "E9312",
        "Condition without prefix",
        "Keys in `Conditions` begin with `aws:ResourceTag/`; without it the condition matches nothing, and "
        "nothing is backed up.",
        "Write `aws:ResourceTag/<tag key>`.",
        "AWS Backup API: BackupSelection, Conditions",
    ),
    RuleText(
        "E9313",
        "Unknown kind of entry",
        "An entry of `Resources` is an ARN or a map with one key, which says what the value is.",
        "Use one of the kinds that the reference page lists.",
        OWN,
    ),
    RuleText(
        "W9314",
        "Tag key with prefix",
        "`ListOfTags` has bare tag keys; with `aws:ResourceTag/` before it the key is that of a tag which "
        "cannot exist.",
        "Leave the prefix out.",
        "AWS Backup API: BackupSelection, ListOfTags",
    ),
    RuleText(
        "W9315",
        "Wildcard inside an excluded name",
        "`*` is documented as the last character of an ARN only; elsewhere in `NotResources` it may exclude "
        "nothing.",
        "Exclude by the beginning of the name, or by tags with `StringNotEquals`.",
        "AWS Backup API: BackupSelection, NotResources",
    ),
    RuleText(
        "E9316",
        "Not a resource of this kind",
        "An entry says what its value is. An ARN has to be of that kind's service, and a Timestream table "
        "is known only together with its database.",
        "Use the entry for the kind that it is, or a bare ARN. Of a Timestream table give "
        "`<database>|<table>` (its `Ref`), `<database>/<table>` or the ARN.",
        "Service Authorization Reference: Resource types of each service",
    ),
    RuleText(
        "E9317",
        "Not a role",
        "`IamRoleArn` is the ARN of a role.",
        "Give the ARN (`!GetAtt <role>.Arn`), or leave it out: then a role is made.",
        "AWS Backup API: BackupSelection, IamRoleArn",
    ),
    RuleText(
        "W9318",
        "Role that may not see tags",
        "AWS Backup creates a selection by tags only with a role that may call `tag:GetResources`. With "
        "`DisableDefaultBackupPolicy` the role that is made may not, and nothing can be attached to it "
        "before the selection is created, so the deployment fails.",
        "Give `IamRoleArn`, a role of your own that may, or leave `DisableDefaultBackupPolicy` out.",
        "Observed: AWS Backup's error ERROR_3018, «is not authorized to call tag:GetResources»",
    ),
    RuleText(
        "E9401",
        "Name of a vault",
        "The name of a vault has 2 to 50 letters, digits, `-` and `_`.",
        "Shorten the name, and replace other characters, or leave it out: then one is generated.",
        "AWS Backup API: CreateBackupVault, BackupVaultName",
    ),
    RuleText(
        "E9402",
        "Lock out of range",
        "The retentions of a lock are 1 to 36,500 days; `ChangeableForDays` is 3 to 36,500.",
        "Give days in the range.",
        "AWS Backup API: PutBackupVaultLockConfiguration",
    ),
    RuleText(
        "E9403",
        "Lock with the minimum over the maximum",
        "No retention is at least `MinRetentionDays` and at most `MaxRetentionDays` then. The two may be "
        "equal.",
        "Exchange the two.",
        "AWS Backup Developer Guide: AWS Backup Vault Lock",
    ),
    RuleText(
        "W9404",
        "Lock that becomes permanent",
        "With `ChangeableForDays` the lock is in compliance mode: after that many days nobody can remove it "
        "or delete recovery points before they expire, and the vault stays as long as it has any.",
        "Leave `ChangeableForDays` out for governance mode, unless permanence is wanted.",
        "AWS Backup Developer Guide: AWS Backup Vault Lock",
    ),
    RuleText(
        "E9405",
        "Unknown event",
        "AWS Backup publishes the events that its documentation lists.",
        "Use one of the names that the message shows, or leave `BackupVaultEvents` out for all of them.",
        "AWS Backup API: PutBackupVaultNotifications",
    ),
    RuleText(
        "W9406",
        "Event that is not documented",
        "The API knows the event, but the guide does not list it as supported: it may never be published.",
        "Use a documented event, such as `BACKUP_JOB_COMPLETED`.",
        "AWS Backup Developer Guide: Notification options with AWS Backup",
    ),
    RuleText(
        "E9407",
        "Wildcard action in an access policy",
        "The access policy of a vault cannot have `*` in an action.",
        "Name each action.",
        "AWS Backup Developer Guide: Vault access policies",
    ),
    RuleText(
        "E9408",
        "Emptying a vault that is kept",
        "`EmptyOnDelete` goes with `RemovalPolicy: DESTROY` only.",
        "Write `RemovalPolicy: DESTROY`, or leave `EmptyOnDelete` out.",
        OWN,
    ),
    RuleText(
        "E9409",
        "Emptying is not available yet",
        "This version of the provider cannot empty a vault.",
        "Leave `EmptyOnDelete` out, and delete the recovery points before the vault.",
        OWN,
    ),
    RuleText(
        "W9410",
        "Topic that gets nothing",
        "AWS Backup publishes to topics of the vault's own account and Region.",
        "Use such a topic; from there a subscription can go anywhere.",
        "AWS Backup Developer Guide: Notification options with AWS Backup",
    ),
    RuleText(
        "E9411",
        "Not a topic for a vault",
        "`SNSTopicArn` is the ARN of a standard topic; FIFO topics are not supported. It is of the vault's "
        "own account and Region. With `ManageTopicPolicy: false` a topic elsewhere is W9410, a warning.",
        "Use a standard topic of this account and Region; from there a subscription can go anywhere.",
        "AWS Backup Developer Guide: Notification options with AWS Backup, Limitations",
    ),
    RuleText(
        "E9412",
        "Not a key",
        "`EncryptionKeyArn` is the ARN of an AWS KMS key, or of an alias of one.",
        "Give the ARN (`!GetAtt <key>.Arn`), not an id or the name of an alias.",
        "AWS Backup API: CreateBackupVault, EncryptionKeyArn",
    ),
    RuleText(
        "W9413",
        "Notifications without events",
        "The API asks for a list of events, and of an empty one nothing is published.",
        "Name events, leave `BackupVaultEvents` out for all of them, or leave `Notifications` out.",
        "AWS Backup API: PutBackupVaultNotifications",
    ),
    RuleText(
        "E9501",
        "New key for a vault with a fixed name",
        "The key of a vault cannot be changed, so a new vault is needed, and the old one still has the name.",
        "Change `BackupVaultName`, too, or leave it out: then names are generated.",
        "AWS Backup Developer Guide: Backup vault creation and deletion",
    ),
    RuleText(
        "W9503",
        "Role that cannot back up buckets",
        "The selection can match Amazon S3 buckets, and the given role does not have the managed policy for "
        "them. Unless another policy of it allows the same, which is not looked at, the jobs of buckets will "
        "fail.",
        "Attach `AWSBackupServiceRolePolicyForS3Backup` to the role, or leave `IamRoleArn` out: the role "
        "that is made has it.",
        "AWS Backup Developer Guide: Amazon S3 backups",
    ),
    RuleText(
        "W9504",
        "Resource type that is not opted in",
        "The Region's settings leave this resource type out. What is named by its own type is backed up all "
        "the same, but not what a service name, a shared ARN or a tag selects.",
        "Switch the type on in the settings of AWS Backup.",
        "AWS Backup Developer Guide: Assign resources with AWS CLI",
    ),
)

RULES: Mapping[str, RuleText] = {text.code: text for text in _TEXTS}
"""Every rule by its code."""
