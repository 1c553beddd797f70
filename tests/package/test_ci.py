"""The pre-commit hook, the GitHub action and the snippets of docs/ci.md, run as far as they can be here.

What is not run: GitHub, GitLab and CodeBuild themselves, and pre-commit's own installation of the hook.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.package.conftest import Alone

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "ci.md").read_text("utf-8")
SNIPPETS = dict(re.findall(r"^```yaml file=(\S+)\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL))

GOOD = """\
Parameters:
  Stage: {Type: String, AllowedValues: [prod, test]}
Resources:
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      Preset: daily35DayRetention
"""
WRONG = GOOD.replace("daily35", "dailly35")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of somebody's with one template."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "orders.yaml").write_text(GOOD)
    return tmp_path


def spoil(repository: Path) -> None:
    """Add a template with a mistake."""
    (repository / "templates" / "wrong.yaml").write_text(WRONG)


def shell(alone: Alone, script: str, cwd: Path, **environment: str) -> int:
    """The exit code of a script where the wheel is installed, as GitHub's ``shell: bash`` runs it."""
    environment = {"PATH": f"{alone.programs}:/usr/bin:/bin", "RUNNER_TEMP": str(cwd), **environment}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False).returncode


# ---- pre-commit


def hook() -> Any:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return only


def test_the_hook_refuses_a_wrong_template(alone: Alone, repository: Path) -> None:
    spoil(repository)
    entry = hook()["entry"]

    assert shell(alone, f"{entry} templates/orders.yaml", repository) == 0
    assert shell(alone, f"{entry} templates/orders.yaml templates/wrong.yaml", repository) == 1


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        ("template.yaml", True),
        ("services/orders/template-prod.yml", True),
        ("orders.template", True),
        ("stacks/orders.template.json", True),
        ("docker-compose.yaml", False),
        ("templates/page.html", False),
    ],
)
def test_the_hook_looks_at_files_that_are_called_templates(path: str, looked_at: bool) -> None:
    assert bool(re.search(hook()["files"], path)) is looked_at


def test_the_documented_hook_is_the_one_that_is_defined() -> None:
    (repository,) = yaml.safe_load(SNIPPETS[".pre-commit-config.yaml"])["repos"]

    assert [used["id"] for used in repository["hooks"]] == [hook()["id"]]


# ---- GitHub


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def step(number: int, **inputs: str) -> tuple[str, dict[str, str]]:
    """The script of a step of the action, and its environment with the inputs filled in."""
    given = {name: declared.get("default", "") for name, declared in action()["inputs"].items()} | inputs
    one = action()["runs"]["steps"][number]
    fill = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: given[m[1]], v) for name, v in one["env"].items()
    }
    return one["run"], fill


@pytest.fixture
def with_the_action(alone: Alone, repository: Path) -> Alone:
    """As it is after the action's first step."""
    (repository / "cfn-backup").symlink_to(alone.folder)
    return alone


def test_the_documented_workflow_checks_every_template(with_the_action: Alone, repository: Path) -> None:
    workflow = yaml.safe_load(SNIPPETS[".github/workflows/templates.yml"])
    inputs = workflow["jobs"]["validate"]["steps"][1]["with"]
    assert inputs.keys() <= action()["inputs"].keys()
    script, environment = step(1, **inputs)

    assert shell(with_the_action, script, repository, **environment) == 0
    spoil(repository)
    assert shell(with_the_action, script, repository, **environment) == 1


def test_an_input_of_the_action_is_never_a_command(with_the_action: Alone, repository: Path) -> None:
    script, environment = step(1, templates="$(touch stolen) `touch stolen`;touch stolen")

    shell(with_the_action, script, repository, **environment)

    assert not (repository / "stolen").exists()


@pytest.mark.slow  # it fetches the build's requirements
def test_the_action_installs_itself(alone: Alone, repository: Path) -> None:
    install, environment = step(0)
    script, more = step(1, templates="templates/*.yaml")
    place = {"GITHUB_ACTION_PATH": str(ROOT), **environment, **more}

    assert shell(alone, f"{install}\n{script}", repository, **place) == 0


# ---- GitLab, CodeBuild


def scripts() -> dict[str, list[str]]:
    gitlab = yaml.safe_load(SNIPPETS[".gitlab-ci.yml"])["validate-templates"]
    codebuild = yaml.safe_load(SNIPPETS["buildspec.yml"])["phases"]
    return {"GitLab": gitlab["script"], "CodeBuild": codebuild["build"]["commands"]}


@pytest.mark.parametrize("service", ["GitLab", "CodeBuild"])
def test_the_documented_job_fails_for_a_wrong_template(alone: Alone, repository: Path, service: str) -> None:
    script = "\n".join(scripts()[service])

    assert shell(alone, script, repository) == 0
    spoil(repository)
    assert shell(alone, script, repository) == 1
