"""What `make check` scans with: our own rules find what they are for, and nothing is passed over in silence."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from distribution import application
from distribution.audit import lines_of

ROOT = Path(__file__).parents[2]
RULES = ROOT / ".ast-grep" / "rules"
WRONG = {
    "event-is-logged": ['log.info("got", event)', "logger.debug(event)"],
    "event-is-printed": ["print(event)", "print(json.dumps(event))"],
    "url-is-logged": ['log.info("to %s", address.response_url)', 'raise OSError(f"not sent to {url}")'],
    "events-logged-by-powertools": ["@logger.inject_lambda_context(log_event=True)\ndef f(): ..."],
    "client-at-import": ['backup = boto3.client("backup")'],
    "connection-without-timeout": ["http.client.HTTPSConnection(host)"],
    "not-https": ["http.client.HTTPConnection(host, timeout=1)", "s.get(u, verify=False)"],
    "code-from-data": ["eval(text)", "subprocess.run(command)", "pickle.loads(data)"],
    "state-between-requests": ["def f():\n    global seen\n    seen = 1"],
    "environment-is-changed": ['os.environ["A"] = "b"'],
    "file-is-written": ['Path("/tmp/x").write_text(text)', 'open("/tmp/x", "w")'],
    "class-from-event": ["importlib.import_module(name)"],
}
RIGHT = """\
def handler(event, context):
    log.info("request", extra={"request": request.redacted()})
    client = boto3.client("backup")
    connection = http.client.HTTPSConnection(host, timeout=10)
    print(json.dumps({"level": "ERROR"}))
    raise NotDelivered("it was not delivered")
"""


def found(file: Path) -> set[str]:
    """The rules that find something."""
    command = [str(ROOT / ".venv/bin/ast-grep"), "scan", "-c", str(ROOT / ".ast-grep/sgconfig.yml")]
    said = subprocess.run([*command, "--json", str(file)], capture_output=True, text=True, check=False)
    return {one["ruleId"] for one in json.loads(said.stdout)}


@pytest.mark.parametrize(("rule", "code"), [(rule, code) for rule, codes in WRONG.items() for code in codes])
def test_a_rule_finds_what_it_is_for(rule: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(code)

    assert rule in found(tmp_path / "app.py")


def test_the_rules_find_nothing_in_what_is_right(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(RIGHT)

    assert found(tmp_path / "app.py") == set()


def test_every_rule_is_tried() -> None:
    assert {file.stem for file in RULES.glob("*.yml")} == WRONG.keys()


def test_every_suppression_names_its_finding_and_a_reason() -> None:
    """Ours in the code, checkov's in its settings; beside each, what makes it true."""
    ignored = re.compile(
        r"# (ast-grep-ignore|nosec|nosemgrep)(?!: [\w-]+ - \w)|pragma: allowlist secret(?! - \w)"
    )
    sources = [file for folder in ("functions", "layers", "tests") for file in (ROOT / folder).rglob("*.py")]

    assert [
        file for file in sources if file != Path(__file__) and ignored.search(file.read_text("utf-8"))
    ] == []
    checkov = yaml.safe_load((ROOT / ".checkov.yaml").read_text("utf-8"))["skip-check"]
    explained = re.findall(r"- (CKV\w+) # \w", (ROOT / ".checkov.yaml").read_text("utf-8"))
    assert explained == checkov


def test_the_processed_template_is_what_is_packed(tmp_path: Path) -> None:
    """But for the names of the archives, which are made of their contents."""
    application.write_unbuilt(tmp_path / "plain.json")
    application.build(tmp_path / "dist")

    assert _comparable(tmp_path / "dist" / application.TEMPLATE) == _comparable(tmp_path / "plain.json")


def _comparable(file: Path) -> Any:
    """The template without SAM's marks, and without hashes: versions and layers are named after contents."""
    template = json.loads(
        re.sub(r"(Function|Layer|VaultEmptier)-?(Version)?[0-9a-f]{10,}", r"\1\2", file.read_text())
    )
    for resource in template["Resources"].values():
        if "SamResourceId" in resource.get("Metadata", {}):
            del resource["Metadata"]
    return template


def test_a_vulnerability_is_named() -> None:
    answers: list[dict[str, Any]] = [
        {"name": "boto3", "version": "1.0", "vulns": []},
        {"name": "urllib3", "version": "1.2", "vulns": [{"id": "CVE-1", "fix_versions": ["1.3"]}]},
    ]

    assert lines_of("runtime.lock", answers) == [
        "runtime.lock: urllib3 1.2: CVE-1, mended in 1.3",
        "audited: runtime.lock: 2 of 2 dependencies",
    ]


@pytest.mark.parametrize(
    "answers", [None, [{"name": "boto3", "skip_reason": "Dependency not found and could not be audited"}]]
)
def test_what_could_not_be_audited_is_said(answers: Any) -> None:
    (line,) = lines_of("runtime.lock", answers)

    assert line.startswith("NOT AUDITED: runtime.lock")
