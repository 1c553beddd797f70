"""Writes the reference pages: ``docs/resources/*.md`` from the classes of the model, ``docs/rules.md`` from
the rulebook.

``python -m cfn_backup_tools.reference_pages`` writes them, ``--check`` says which are not up to date.
The examples are the files in ``examples/``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cfn_backup.presets import PLANS
from cfn_backup.presets import RULES as READY_RULES
from cfn_backup.rules.registry import GROUPS, Rule
from cfn_backup.rules.schedule_words import describe
from cfn_backup.written.declarations import Kind, Property, properties_of
from cfn_backup.written.entries import DESCRIPTIONS
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import range_of
from cfn_backup.written.region_settings import BackupRegionSettings
from cfn_backup.written.schema import OF_CLOUDFORMATION
from cfn_backup.written.selection import BackupSelection, Selection
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.validate.catalogue import every_rule

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"

GENERATED = (
    "<!-- Made by `python -m cfn_backup_tools.reference_pages`; change the model or the rulebook instead. -->"
)

SIMPLE_TYPES = {
    "text": "String",
    "number": "Integer",
    "boolean": "Boolean",
    "map": "Map of String",
    "document": "Json",
}


@dataclass(frozen=True)
class Page:
    """The page of one resource type."""

    file: str
    cls: type
    introduction: str
    examples: tuple[str, ...]

    @property
    def resource_type(self) -> str:
        return str(getattr(self.cls, "resource_type", ""))


PAGES = (
    Page(
        "backup-plan.md",
        BackupPlan,
        "Creates a backup plan. With a `Preset` one line is enough: it brings the rules, and where no vault "
        "is named the "
        "vault. `Selections` say what is backed up, with a role that is made for them.\n\n"
        "A rule of a native `AWS::Backup::BackupPlan` works here as it is: the list is called "
        "`BackupPlanRules`, and "
        "the members of the native `BackupPlan` stand at the top.",
        ("table-daily", "own-rules", "select-a-stack", "every-property"),
    ),
    Page(
        "backup-vault.md",
        BackupVault,
        "Creates a backup vault, with its lock, access policy and notifications. The vault is kept when the "
        "stack goes, unless `RemovalPolicy` says otherwise.",
        ("vault-with-lock-and-notifications",),
    ),
    Page(
        "backup-selection.md",
        BackupSelection,
        "Creates a backup selection: what a plan backs up, and with which role. The plan can be a "
        "`Custom::BackupPlan` or any other. AWS Backup has no update of selections, so a selection that "
        "means something else is made anew before the old one goes, and nothing is unprotected in between.",
        ("selection-of-native-plan",),
    ),
    Page(
        "backup-region-settings.md",
        BackupRegionSettings,
        "Sets which resource types AWS Backup protects in an account and Region, and which it manages fully. "
        "Only the types that are named are changed. Two resources that name the same type refuse each other, "
        "also of two stacks.",
        ("region-settings",),
    ),
)

PAGE_OF: Mapping[type, str] = {BackupVault: "backup-vault.md", Selection: "backup-selection.md"}
"""Classes that are described on a page of their own."""


def pages() -> Mapping[Path, str]:
    """The text of every generated page, by its file."""
    made = {DOCS / "resources" / page.file: resource_page(page) for page in PAGES}
    return {**made, DOCS / "rules.md": rules_page()}


def resource_page(page: Page) -> str:
    """The reference page of a resource type, in the shape of AWS's own."""
    return _joined(
        f"# {page.resource_type}",
        GENERATED,
        page.introduction,
        "## Syntax",
        _syntax(page.cls, page.resource_type),
        "## Properties",
        *_service_properties(page.resource_type),
        *_properties(page.cls),
        *(_ready_made() if page.cls is BackupPlan else ()),
        *_parts(page.cls),
        *(_entries() if page.cls is BackupSelection else ()),
        "## Return values",
        *_return_values(page.cls),
        "## Examples",
        *_examples(page.examples),
    )


def _joined(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def _syntax(cls: type, resource_type: str = "") -> str:
    lines = [f"Type: {resource_type}", "Properties:"] if resource_type else []
    indent = "  " if resource_type else ""
    if resource_type:
        lines += [f"{indent}ServiceToken: String", f"{indent}ServiceTimeout: Integer"]
    for name, known in properties_of(cls).items():
        lines += [f"{indent}{line}" for line in _syntax_of(name, known.kind)]
    return "\n".join(["```yaml", *lines, "```"])


def _syntax_of(name: str, kind: Kind) -> list[str]:
    match kind.form:
        case "list":
            item = kind.item or kind
            return [f"{name}:", f"  - {'Entry' if item.form == 'entry' else _plain_type(item)}"]
        case "object":
            return [f"{name}:", f"  {kind.cls.__name__}"]
        case "map":
            return [f"{name}:", "  Key: Value"]
        case form:
            return [f"{name}: {SIMPLE_TYPES[form]}"]


def _plain_type(kind: Kind) -> str:
    return kind.cls.__name__ if kind.form == "object" else SIMPLE_TYPES[kind.form]


def _service_properties(resource_type: str) -> Iterator[str]:
    export = f"cfn-backup-provider-{resource_type.removeprefix('Custom::')}"
    yield _joined(
        "### `ServiceToken`",
        str(OF_CLOUDFORMATION["ServiceToken"]["description"]).replace("cfn-backup-provider-<type>", export),
        _facts({"Required": "Yes", "Type": "String", "Update requires": "Updates are not supported"}),
    ).rstrip()
    yield _joined(
        "### `ServiceTimeout`",
        str(OF_CLOUDFORMATION["ServiceTimeout"]["description"]),
        _facts({"Required": "No", "Type": "Integer", "Range": "1 to 3,600", "Default": "3600"}),
    ).rstrip()


def _properties(cls: type, level: int = 3) -> Iterator[str]:
    for name, known in properties_of(cls).items():
        yield _joined(
            f"{'#' * level} `{name}`", known.prop.description, _facts(_facts_of(known, cls))
        ).rstrip()


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- *{title}*: {fact}" for title, fact in facts.items())


def _facts_of(known: Property, cls: type) -> dict[str, str]:
    prop = known.prop
    facts = {"Required": "Yes" if prop.required else "No", "Type": _linked_type(known.kind)}
    if prop.allowed:
        facts["Allowed values"] = " | ".join(f"`{value}`" for value in prop.allowed)
    if prop.pattern is not None:
        facts["Pattern"] = f"`{prop.pattern}`"
    if prop.minimum is not None or prop.maximum is not None:
        facts["Range"] = range_of(prop)
    if prop.default:
        facts["Default"] = prop.default
    facts["Update requires"] = "Replacement" if _replaced_with_its_owner(cls) else prop.update
    if prop.code:
        facts["Rule"] = f"[{prop.code}](../rules.md#{prop.code.lower()})"
    return facts


def _replaced_with_its_owner(cls: type) -> bool:
    """Whether the properties are parts of a selection, which is made anew whatever of it changes."""
    return cls.__module__ == Selection.__module__ and cls is not BackupSelection


def _linked_type(kind: Kind) -> str:
    if kind.form == "list" and kind.item is not None:
        return f"List of {_linked_type(kind.item)}"
    if kind.form == "entry":
        return "[entry](#entries-of-resources)"
    if kind.form == "object":
        name = kind.cls.__name__
        return f"[{name}]({PAGE_OF.get(kind.cls, '#' + name.lower())})"
    return SIMPLE_TYPES[kind.form]


def _parts(cls: type) -> Iterator[str]:
    """The classes that a resource type is made of, each as a section."""
    for part in _classes_within(cls):
        yield f"## {part.__name__}"
        yield (part.__doc__ or "").strip()
        yield _syntax(part)
        yield from _properties(part)


def _classes_within(cls: type) -> list[type]:
    found: dict[type, None] = {}
    for known in properties_of(cls).values():
        kind = known.kind.item if known.kind.form == "list" and known.kind.item else known.kind
        if kind.form == "object" and kind.cls not in PAGE_OF:
            found |= {kind.cls: None, **dict.fromkeys(_classes_within(kind.cls))}
    return list(found)


def _ready_made() -> Iterator[str]:
    yield "## Ready-made plans and rules"
    plans = [f"| `{name}` | {', '.join(f'`{rule}`' for rule in rules)} |" for name, rules in PLANS.items()]
    yield "\n".join(["| `Preset` of a plan | rules |", "|---|---|", *plans])
    rules = [
        f"| `{name}` | `{rule.rule_name}` | `{rule.schedule_expression}`: "
        f"{describe(rule.schedule_expression)} "
        f"| {rule.delete_after_days} | {rule.move_to_cold_storage_after_days or 'none'} |"
        for name, rule in READY_RULES.items()
    ]
    head = (
        "| `Preset` of a rule | RuleName | ScheduleExpression | DeleteAfterDays | "
        "MoveToColdStorageAfterDays |"
    )
    yield "\n".join([head, "|---|---|---|---|---|", *rules])


def _entries() -> Iterator[str]:
    yield "## Entries of `Resources`"
    yield (
        "An entry is an ARN, in which `*` may be the last character or stand for Region or account, or a map "
        "with one key:"
    )
    escaped_bar = r"\|"
    rows = [
        f"| `{kind}` | {description.replace('|', escaped_bar)} |"
        for kind, description in DESCRIPTIONS.items()
    ]
    yield "\n".join(["| key | value |", "|---|---|", *rows])


def _return_values(cls: type) -> Iterator[str]:
    attributes: Mapping[str, str] = getattr(cls, "attributes", {})
    yield "### Ref"
    yield str(getattr(cls, "ref", ""))
    yield "### Fn::GetAtt"
    yield "What is not there is the empty string."
    for name, description in attributes.items():
        yield f"#### `{name}`\n\n{description}"


def _examples(names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        lines = (EXAMPLES / f"{name}.yaml").read_text("utf-8").splitlines()
        comment = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
        body = "\n".join(line for line in lines if not line.startswith("# "))
        yield f"### {name.replace('-', ' ').capitalize()}"
        yield f"{' '.join(comment)} ([examples/{name}.yaml](../../examples/{name}.yaml))"
        yield f"```yaml\n{body}\n```"


RULES_INTRODUCTION = (
    "What is checked before anything is written, during a deployment and by `cfn-backup validate`. **E**: an "
    "error, which fails the deployment before it has changed anything. **W**: a warning, which goes to the "
    "log of the function and never fails a deployment. All problems of a resource are reported at once. "
    "Each rule has a source: where AWS documents, or somebody observed, that the service refuses such a value "
    "or does not do what it says."
)


def rules_page() -> str:
    """The page with every rule."""
    blocks = ["# Rules", GENERATED, RULES_INTRODUCTION]
    for group, title in GROUPS.items():
        rules = [rule for rule in every_rule().values() if rule.code[1:3] == group]
        blocks += [f"## {title}", _overview(rules), *(_rule_section(rule) for rule in rules)]
    return _joined(*blocks)


def _overview(rules: list[Rule]) -> str:
    rows = [f"| [{rule.code}](#{rule.code.lower()}) | {rule.title} |" for rule in rules]
    return "\n".join(["| code | rule |", "|---|---|", *rows])


def _rule_section(rule: Rule) -> str:
    return _joined(
        f'<a id="{rule.code.lower()}"></a>',
        f"### {rule.code}: {rule.title}",
        rule.explanation,
        f"*What to do*: {rule.way_out}",
        f"*Source*: {rule.source}",
    ).rstrip()


def stale() -> list[Path]:
    """The pages that are not as the model and the rulebook would have them."""
    return [
        file
        for file, text in pages().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Writes the pages; with ``--check`` only says which are stale, and 1 if any is."""
    outdated = stale()
    if "--check" in arguments:
        for file in outdated:
            sys.stderr.write(
                f"{file.relative_to(ROOT)} is not up to date: "
                "run python -m cfn_backup_tools.reference_pages\n"
            )
        return 1 if outdated else 0
    for file in outdated:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(pages()[file], encoding="utf-8")
        sys.stdout.write(f"wrote {file.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
