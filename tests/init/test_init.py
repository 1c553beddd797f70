"""``cfn-backup init``: every template that it can write is correct, and does what was asked."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from cfn_backup_tools.cli import main
from cfn_backup_tools.init.wishes import (
    ARN_OF_TYPE,
    BadAnswer,
    Kind,
    Lock,
    Wishes,
    copy_target,
    kept,
    protected,
)
from cfn_backup_tools.init.writing import template
from cfn_backup_tools.preview.plan import Life
from cfn_backup_tools.preview.reading import Contents
from cfn_backup_tools.preview.report import Planned
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse
from cfn_backup_tools.validate.checking import check

COPIES = "arn:aws:backup:eu-central-1:123456789012:backup-vault:copies"
PROTECT = ("backup=yes", "everything", "stack", "DynamoDB", "EFS,S3", "EBS", ",".join(ARN_OF_TYPE))
KEEP = ("35d", "1y", "5y", "7y", "7", "90", "400")


def _combinations() -> Iterator[Wishes]:
    for protect, keep, own, lock, copy, kind in itertools.product(
        PROTECT, KEEP, (True, False), Lock, (None, COPIES), Kind
    ):
        wishes = Wishes(protected(protect), kept(keep), own, lock, copy, kind)
        if wishes.conflict() is None:
            yield wishes


def _planned(wishes: Wishes) -> Planned:
    read = parse("template.yaml", template(wishes))
    contents = Contents(read, Resolver(read, {}), "eu-west-1")
    [plan] = contents.plan_ids
    return contents.planned(plan)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("protect", PROTECT)
def test_every_template_is_valid_without_a_warning_and_does_what_was_asked(protect: str, kind: Kind) -> None:
    wanted = [w for w in _combinations() if w.protect == protected(protect) and w.kind is kind]
    for wishes in wanted:
        text = template(wishes)

        # THEN validate has nothing to say
        read = parse("template.yaml", text)
        assert check(read, Resolver(read, {})).findings == (), text

        # THEN the plan keeps, locks and copies what was asked
        planned = _planned(wishes)
        lives = [rule.life for rule in planned.plan.rules]
        assert lives == [Life(r.delete_after_days, r.move_to_cold_storage_after_days) for r in wishes.rules]
        copies = {copy.vault.name for rule in planned.plan.rules for copy in rule.copies}
        assert copies == ({"copies"} if wishes.copy_to else set())
        vault = planned.vaults[0]
        assert vault.origin == ("of this template" if wishes.own_vault else "has to exist")
        assert any("locked" in detail for detail in vault.details) is (wishes.lock is not Lock.NONE)
        assert len(planned.selections) == 1


def test_there_are_hundreds_of_templates() -> None:
    assert len(list(_combinations())) > 400


# ---- the command ----


def _run(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["init", *options]) == 0
    return capsys.readouterr().out


def test_options_are_not_asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN nobody who answers
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    # WHEN
    text = _run(
        capsys,
        *("--protect", "team=shop", "--keep", "1y", "--own-vault", "yes", "--lock", "governance"),
        *("--copy-to", COPIES, "--kind", "native"),
    )

    # THEN
    assert "Type: AWS::Backup::BackupPlan" in text
    assert 'ConditionValue: "shop"' in text


def test_questions_are_asked_with_defaults(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN the answers: a tag, an empty line for the default, and so on; the second is wrong first
    monkeypatch.setattr("sys.stdin", io.StringIO("stage=prod\nfor ever\n7y\n\ncompliance\nno\ncustom\n"))

    # WHEN
    assert main(["init"]) == 0

    # THEN
    captured = capsys.readouterr()
    assert captured.err.count("How long are backups kept?") == 2
    assert "'for ever' is none of 35d, 1y, 5y, 7y" in captured.err
    assert "Preset: dailyWeeklyMonthly7YearRetention" in captured.out
    assert "ChangeableForDays: 3" in captured.out


def test_the_end_of_the_input_means_the_defaults(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert _run(capsys) == _run(capsys, "--yes")


def test_a_lock_is_not_asked_for_without_a_vault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    main(["init", "--own-vault", "no"])
    assert "Lock the vault" not in capsys.readouterr().err


def test_the_template_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    assert main(["init", "--yes", "-o", str(file)]) == 0
    assert main(["validate", str(file)]) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--protect", "DynmoDB"], "--protect: 'DynmoDB' is neither a tag"),
        (["--keep", "3"], "--keep: '3' is none of"),
        (["--lock", "hard"], "--lock: 'hard' is none of none, governance, compliance"),
        (["--own-vault", "perhaps"], "--own-vault: 'perhaps' is neither yes nor no"),
        (["--copy-to", "copies"], "--copy-to: 'copies' is no ARN of a vault"),
        (["--kind", "terraform"], "--kind: 'terraform' is none of custom, native"),
        (["--own-vault", "no", "--lock", "compliance"], "a lock needs a vault of its own"),
        (["--protect", "stack", "--kind", "native"], "native resources cannot select a stack's contents"),
        (["-o", "/none/template.yaml"], "cannot be written"),
    ],
)
def test_what_does_not_go_is_refused_with_a_way_out(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--yes", *options]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_copy_target_may_be_in_any_partition() -> None:
    assert copy_target("arn:aws-us-gov:backup:us-gov-west-1:123456789012:backup-vault:copies")
    with pytest.raises(BadAnswer):
        copy_target("arn:aws:s3:::bucket")


def test_values_with_quotes_are_written_as_they_are() -> None:
    wishes = Wishes(protected('a"b: c=d#e'), kept("35d"), True, Lock.NONE, None, Kind.CUSTOM)
    [selection] = _planned(wishes).selections
    assert selection.selects == ('any of the tags a"b: c = d#e',)
