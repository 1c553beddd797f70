"""Takes the pictures of docs/preview.md: ``make preview-pictures``. They show the page of a seven-year plan."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cfn_backup_tools.cli import main
from tests.preview.browser import picture

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"

TEMPLATE = """
Resources:
  Orders: {Type: 'AWS::DynamoDB::Table', Properties: {}}
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      BackupPlanName: seven-years
      BackupVault: main
      Preset: dailyWeeklyMonthly7YearRetention
"""
SIZES = "Documents: {type: EFS, gb: 800, change_per_day: 4}\nOrders: {gb: 120}\n"
PRICES = "regions: {eu-west-1: {EFS: {warm: 0.05, cold: 0.01}, DynamoDB: {warm: 0.1, cold: 0.03}}}\n"
LOOKS = (
    ("preview-light.png", (1440, 1080), False),
    ("preview-dark.png", (1440, 760), True),
    ("preview-narrow.png", (360, 1180), False),
)


def _page(folder: Path) -> str:
    """The page, looked at from a day that stays the same. The prices are made up."""
    for name, text in (("template.yaml", TEMPLATE), ("sizes.yaml", SIZES), ("prices.yaml", PRICES)):
        (folder / name).write_text(text)
    options = ["--from", "2026-11-24T12:00Z", "--html", str(folder / "page.html"), "--json"]
    files = ["--sizes", str(folder / "sizes.yaml"), "--prices", str(folder / "prices.yaml")]
    code = main(["preview", str(folder / "template.yaml"), *options, *files])
    if code:
        sys.exit(code)
    return (folder / "page.html").read_text(encoding="utf-8")


def take() -> None:
    """Writes every picture."""
    with tempfile.TemporaryDirectory() as folder:
        page = _page(Path(folder))
    for name, size, dark in LOOKS:
        picture(page, PICTURES / name, size, dark=dark)


if __name__ == "__main__":
    take()
