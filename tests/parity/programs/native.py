"""What only native resources say, and templates around them: for the mechanical conversion there and back."""

from __future__ import annotations

from typing import Any

from tests.parity.programs.program import Program, Programs

ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/a"


def programs() -> Programs:
    """Native members, values that the service would refuse, conditions, and references from everywhere."""
    yield Program("every-member-of-a-plan", _every_member_of_a_plan)
    yield Program("every-member-of-a-selection", _every_member_of_a_selection)
    yield Program("references-everywhere", _references_everywhere)
    yield Program("conditions", _conditions)
    yield Program("depends-on", _depends_on)
    yield Program("grants", _grants)
    yield Program("topic-policy-with-more", _topic_policy_with_more)
    yield Program("empty-lists", _empty_lists)
    for name, arguments in {
        "zero-retention": {"delete_after": 0},
        "zero-cold": {"move_to_cold_storage_after": 0},
        "equal-cold-and-retention": {"delete_after": 90, "move_to_cold_storage_after": 90},
        "short-gap": {"delete_after": 100, "move_to_cold_storage_after": 60},
    }.items():
        yield Program(f"refused-{name}", _lifecycle(arguments))
    yield Program("refused-names", _refused_names)
    yield Program("refused-windows", _refused_windows)
    yield Program("refused-tag-operation", _refused_tag_operation)
    yield Program("refused-nothing-selected", _refused_nothing_selected)


def _plan(stack: Any, cdk: Any, **rule: Any) -> Any:
    vault = cdk.backup.BackupVault.from_backup_vault_name(stack, "V", "existing-vault")
    return cdk.backup.BackupPlan(
        stack, "Plan", backup_vault=vault, backup_plan_rules=[cdk.backup.BackupPlanRule(**rule)]
    )


def _every_member_of_a_plan(stack: Any, cdk: Any) -> None:
    native = cdk.backup.CfnBackupPlan
    copy = native.CopyActionResourceTypeProperty(
        destination_backup_vault_arn="arn:aws:backup:us-west-2:999988887777:backup-vault:central",
        lifecycle=native.LifecycleResourceTypeProperty(
            delete_after_days=500,
            move_to_cold_storage_after_days=90,
            opt_in_to_archive_for_supported_resources=True,
        ),
    )
    rule = native.BackupRuleResourceTypeProperty(
        rule_name="all",
        target_backup_vault="existing-vault",
        schedule_expression="cron(20 4 ? * SUN *)",
        schedule_expression_timezone="Asia/Tokyo",
        start_window_minutes=60,
        completion_window_minutes=180,
        enable_continuous_backup=False,
        recovery_point_tags={"a": "1"},
        copy_actions=[copy],
        index_actions=[native.IndexActionsResourceTypeProperty(resource_types=["EBS"])],
        scan_actions=[
            native.ScanActionResourceTypeProperty(malware_scanner="GUARDDUTY", scan_mode="FULL_SCAN")
        ],
        target_logically_air_gapped_backup_vault_arn=stack.format_arn(
            service="backup",
            resource="backup-vault",
            resource_name="air",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        ),
        lifecycle=native.LifecycleResourceTypeProperty(
            delete_after_days=400,
            move_to_cold_storage_after_days=35,
            opt_in_to_archive_for_supported_resources=True,
        ),
    )
    scan = native.ScanSettingResourceTypeProperty(
        malware_scanner="GUARDDUTY",
        resource_types=["S3"],
        scanner_role_arn="arn:aws:iam::111122223333:role/scanner",
    )
    setting = native.AdvancedBackupSettingResourceTypeProperty(
        resource_type="S3", backup_options={"BackupACLs": "disabled", "BackupObjectTags": "disabled"}
    )
    native(
        stack,
        "Plan",
        backup_plan=native.BackupPlanResourceTypeProperty(
            backup_plan_name="all",
            backup_plan_rule=[rule],
            advanced_backup_settings=[setting],
            scan_settings=[scan],
        ),
        backup_plan_tags={"k": "v"},
    )


def _every_member_of_a_selection(stack: Any, cdk: Any) -> None:
    comparison = [{"ConditionKey": "aws:ResourceTag/stage", "ConditionValue": "prod*"}]
    cdk.backup.CfnBackupSelection(
        stack,
        "Selection",
        backup_plan_id="00000000-0000-0000-0000-000000000000",
        backup_selection={
            "selectionName": "all",
            "iamRoleArn": "arn:aws:iam::111122223333:role/existing",
            "resources": ["arn:aws:ec2:*:*:instance/*"],
            "notResources": ["arn:aws:ec2:*:*:instance/i-0a"],
            "listOfTags": [{"conditionKey": "a", "conditionType": "STRINGEQUALS", "conditionValue": "b"}],
            "conditions": {
                "StringEquals": comparison,
                "StringNotEquals": comparison,
                "StringLike": comparison,
                "StringNotLike": comparison,
            },
        },
    )


def _references_everywhere(stack: Any, cdk: Any) -> None:
    made = cdk.backup.BackupPlan.daily35_day_retention(stack, "Plan")
    selection = made.add_selection("Selection", resources=[cdk.backup.BackupResource.from_arn(ARN)])
    cdk.CfnOutput(stack, "Text", value=cdk.Fn.sub("${X}/${AWS::Region}", {"X": made.backup_plan_arn}))
    cdk.CfnOutput(stack, "Selected", value=selection.selection_id)
    cdk.CfnOutput(
        stack, "Joined", value=cdk.Fn.join(",", [made.backup_plan_id, made.backup_vault.backup_vault_name])
    )
    cdk.ssm.CfnParameter(
        stack, "Parameter", type="String", value=f"{made.version_id} of {made.backup_plan_id}"
    )
    topic = cdk.sns.CfnTopic(stack, "Topic", display_name=made.backup_vault.backup_vault_name)
    topic.add_metadata("vault", made.backup_vault.backup_vault_arn)


def _conditions(stack: Any, cdk: Any) -> None:
    stage = cdk.CfnParameter(stack, "Stage", default="dev")
    prod = cdk.CfnCondition(
        stack, "IsProd", expression=cdk.Fn.condition_equals(stage.value_as_string, "prod")
    )
    made = _plan(stack, cdk, rule_name="daily")
    native = made.node.default_child
    native.cfn_options.condition = prod
    days = cdk.Token.as_any(cdk.Fn.condition_if("IsProd", 365, 30))
    native.add_property_override("BackupPlan.BackupPlanRule.0.Lifecycle.DeleteAfterDays", days)
    native.add_property_override(
        "BackupPlan.BackupPlanRule.0.CopyActions",
        cdk.Token.as_any(
            cdk.Fn.condition_if(
                "IsProd",
                [{"DestinationBackupVaultArn": "arn:aws:backup:us-west-2:999988887777:backup-vault:central"}],
                cdk.Aws.NO_VALUE,
            )
        ),
    )
    vault = cdk.backup.BackupVault(stack, "Vault")
    vault.node.default_child.add_property_override(
        "LockConfiguration",
        cdk.Token.as_any(cdk.Fn.condition_if("IsProd", {"MinRetentionDays": 7}, cdk.Aws.NO_VALUE)),
    )


def _depends_on(stack: Any, cdk: Any) -> None:
    made = _plan(stack, cdk, rule_name="daily")
    vault = cdk.backup.BackupVault(stack, "Vault")
    topic, queue = cdk.sns.CfnTopic(stack, "Topic"), cdk.sns.CfnTopic(stack, "Other")
    topic.add_dependency(made.node.default_child)
    queue.add_dependency(made.node.default_child)
    queue.add_dependency(vault.node.default_child)
    made.node.default_child.add_dependency(vault.node.default_child)


def _grants(stack: Any, cdk: Any) -> None:
    vault = cdk.backup.BackupVault(stack, "Vault", encryption_key=cdk.kms.Key(stack, "Key"))
    role = cdk.iam.Role(stack, "Role", assumed_by=cdk.iam.AccountRootPrincipal())
    vault.grant(role, "backup:StartBackupJob", "backup:DescribeBackupVault")


def _topic_policy_with_more(stack: Any, cdk: Any) -> None:
    topic = cdk.sns.Topic(stack, "Topic")
    topic.grant_publish(cdk.iam.ServicePrincipal("s3.amazonaws.com"))
    cdk.backup.BackupVault(
        stack,
        "Vault",
        notification_topic=topic,
        notification_events=[cdk.backup.BackupVaultEvents.BACKUP_JOB_FAILED],
    )


def _empty_lists(stack: Any, cdk: Any) -> None:
    _plan(stack, cdk, rule_name="daily", copy_actions=[], recovery_point_tags={}, index_actions=[])


def _lifecycle(days: dict[str, int]) -> Any:
    def build(stack: Any, cdk: Any) -> None:
        _plan(stack, cdk, **{name: cdk.Duration.days(number) for name, number in days.items()})

    return build


def _refused_names(stack: Any, cdk: Any) -> None:
    made = _plan(stack, cdk, rule_name="a rule name with spaces")
    made.add_selection(
        "Selection", backup_selection_name="not allowed!", resources=[cdk.backup.BackupResource.from_arn(ARN)]
    )


def _refused_windows(stack: Any, cdk: Any) -> None:
    _plan(
        stack,
        cdk,
        start_window=cdk.Duration.minutes(5),
        completion_window=cdk.Duration.minutes(1),
        schedule_expression=cdk.events.Schedule.expression("cron at noon"),
        schedule_expression_timezone=cdk.TimeZone.of("Mars/Olympus"),
    )


def _refused_tag_operation(stack: Any, cdk: Any) -> None:
    entry = cdk.backup.BackupResource.from_tag("a", "b", cdk.backup.TagOperation.DUMMY)
    _plan(stack, cdk, rule_name="daily").add_selection("Selection", resources=[entry])


def _refused_nothing_selected(stack: Any, cdk: Any) -> None:
    _plan(stack, cdk, rule_name="daily").add_selection("Selection", resources=[])
