"""What the presets promise, written down here once more, independently of the code that keeps the promise."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A rule, in the terms of the AWS Backup API; days are None where nothing is set."""

    name: str
    schedule: str
    delete_after_days: int | None
    cold_storage_after_days: int | None


DAILY = Rule("Daily", "cron(0 5 * * ? *)", 35, None)
WEEKLY = Rule("Weekly", "cron(0 5 ? * SAT *)", 90, None)
MONTHLY_1_YEAR = Rule("Monthly1Year", "cron(0 5 1 * ? *)", 365, 30)
MONTHLY_5_YEAR = Rule("Monthly5Year", "cron(0 5 1 * ? *)", 1825, 90)
MONTHLY_7_YEAR = Rule("Monthly7Year", "cron(0 5 1 * ? *)", 2555, 90)

# The four presets of the CDK's aws-backup module.
PRESETS = {
    "daily35DayRetention": (DAILY,),
    "dailyMonthly1YearRetention": (DAILY, MONTHLY_1_YEAR),
    "dailyWeeklyMonthly5YearRetention": (DAILY, WEEKLY, MONTHLY_5_YEAR),
    "dailyWeeklyMonthly7YearRetention": (DAILY, WEEKLY, MONTHLY_7_YEAR),
}

# A selection by tag can match a bucket, which the first policy alone does not let AWS Backup back up.
ROLE_POLICIES = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup")
