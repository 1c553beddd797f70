"""Every command in the documentation can be run. Ours are run; others are read by the tool they are for."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from awscli.clidriver import (  # type: ignore[import-untyped]
    CLIOperationCaller,
    create_clidriver,
)
from awscli.customizations.waiters import WaiterCaller  # type: ignore[import-untyped]
from botocore.validate import ParamValidator

from cfn_backup_tools.account.command_line import ACCOUNT_COMMANDS
from cfn_backup_tools.cli import _parser, main
from tests.docs.pages import ROOT, Page, pages

OURS = ("cfn-backup", ".venv/bin/cfn-backup", "uv run cfn-backup")
COMMANDS = Page(ROOT / "docs" / "commands.md")


@dataclass(frozen=True)
class Command:
    """A command as it is shown, on one line."""

    page: Page
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text[:60]}"


def _commands() -> Iterator[Command]:
    """Every line of the shell, and what stands in backticks in the text."""
    for page in pages():
        for block in page.blocks():
            if block.language == "sh":
                lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
                yield from (Command(page, line.strip()) for line in lines if line.strip())
        inline = re.findall(r"`([^`\n]+)`", page.prose)
        yield from (Command(page, text) for text in inline if "…" not in text)


SHOWN = list(dict.fromkeys(_commands()))


def _ours() -> list[Command]:
    return [c for c in SHOWN if c.text.startswith(tuple(f"{name} " for name in OURS))]


@pytest.mark.parametrize("command", _ours(), ids=str)
def test_our_commands_run(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN the examples, and the files that the page shows
    for folder in ("examples", "blueprints", "rollout"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    templates = [b for b in command.page.blocks() if b.language == "yaml" and "Resources:" in b.text]
    for block in templates:
        (tmp_path / (block.file or "template.yaml")).write_text(block.text)
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(command.text.partition("cfn-backup")[2], comments=True)
    if arguments[0] in _subcommands() and len(arguments) == 1:
        return  # a command's name, in the text
    if arguments[0] in (*ACCOUNT_COMMANDS, "empty"):
        _parser().parse_args(arguments)  # tests/after_deployment and tests/e2e run them
        return

    # WHEN, THEN
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    assert code == 0, errors.getvalue()


def _subcommands() -> set[str]:
    actions = _parser()._actions
    return {name for action in actions if isinstance(action.choices, dict) for name in action.choices}


def test_there_is_a_section_for_each_command() -> None:
    targets = set(re.findall(r"(?m)^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text())) - {"help"}
    wanted = {f"cfn-backup {name}" for name in _subcommands()} | {f"make {name}" for name in targets}
    sections = set(re.findall(r"(?m)^### (.+)$", COMMANDS.text))
    assert sections == wanted


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z0-9-]+):", (ROOT / "Makefile").read_text()))
    targets |= set(re.findall(r"(?m)^([a-z0-9-]+(?: [a-z0-9-]+)+):", (ROOT / "Makefile").read_text()))
    named = {(str(c), name) for c in SHOWN for name in re.findall(r"^(?:\w+=\S+ )?make ([a-z0-9-]+)", c.text)}
    assert {name for _, name in named} >= {"demo", "test", "deploy"}
    assert not {(where, name) for where, name in named if name not in targets}


# ---- the AWS CLI ----

_VARIABLE = re.compile(r"\$\{?[A-Z_]+\}?")
_COMMAND = re.compile(r"(?:^|\$\()aws .*?(?=$|\)$| \| | > )")


def _of_aws() -> list[Command]:
    lines = [c for c in SHOWN if "aws " in c.text and not c.text.startswith(("sam ", "sed "))]
    return [Command(c.page, m[0].removeprefix("$(")) for c in lines for m in _COMMAND.finditer(c.text)]


def test_commands_of_aws_are_shown() -> None:
    assert len(_of_aws()) > 15


@cache
def _driver() -> Any:
    return create_clidriver()


def _validated(
    self: Any, service: str, operation: str, parameters: dict[str, Any], parsed_globals: object
) -> int:
    """In the place of the call: what would be sent is looked at."""
    model = self._session.get_service_model(service).operation_model(operation)
    sent = {name: value for name, value in parameters.items() if name != "PaginationConfig"}  # the CLI's own
    report = ParamValidator().validate(sent, model.input_shape)
    assert not report.has_errors(), report.generate_report()
    return 0


@pytest.mark.parametrize("command", _of_aws(), ids=str)
def test_the_aws_cli_understands(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # GIVEN the command, with something for each variable
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(CLIOperationCaller, "invoke", _validated)
    monkeypatch.setattr(WaiterCaller, "invoke", lambda *_: 0)
    words = shlex.split(_VARIABLE.sub("example", command.text), comments=True)[1:]
    driver = _driver()
    service = driver._get_command_table()[words[0]]
    operations = getattr(service, "_get_command_table", lambda: service.subcommand_table)()
    assert words[1] in operations
    if words[1] != "wait" and hasattr(operations[words[1]], "ARG_TABLE"):
        # the CLI's own: it has no dry run, so its options at least
        known = {f"--{name}" for name in [*operations[words[1]].arg_table, "region", "query", "output"]}
        assert {word for word in words if word.startswith("--")} <= known
        return

    if not [word for word in words if word.startswith("--")]:
        return  # an operation's name, in the text

    # WHEN it is read, and nothing is called
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        try:
            code = driver.main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)

    # THEN its arguments and its query are right
    assert code == 0, errors.getvalue()


# ---- the SAM CLI ----


def _of_sam() -> list[Command]:
    return [c for c in SHOWN if re.match(r"sam (build|deploy|package|validate) ", c.text)]


@pytest.mark.parametrize("command", _of_sam(), ids=str)
def test_the_sam_cli_has_the_options(command: Command) -> None:
    words = shlex.split(_VARIABLE.sub("example", command.text), comments=True)
    module = "validate" if words[1] == "validate" else "command"
    parsed: Any = importlib.import_module(f"samcli.commands.{words[1]}.{module}").cli
    known = {option for parameter in parsed.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
