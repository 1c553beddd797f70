"""``eject``: a template with every custom resource replaced by the native resources that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.place import Place
from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import sub_parts, substitute
from cfn_backup.written.findings import Finding
from cfn_backup.written.resources import CUSTOM
from cfn_backup_tools.eject.deciding import CannotExpand, Refused
from cfn_backup_tools.eject.discovery import Discovery
from cfn_backup_tools.eject.edits import Edit, apply
from cfn_backup_tools.eject.expanding import Expansion
from cfn_backup_tools.eject.logical_ids import LogicalIds
from cfn_backup_tools.eject.native import Native, presence_expression
from cfn_backup_tools.eject.readable import readable
from cfn_backup_tools.eject.references import References
from cfn_backup_tools.eject.surroundings import Entry, Surroundings, resource_remarks, uses_aliases
from cfn_backup_tools.eject.topics import Topics
from cfn_backup_tools.eject.writing import YamlStyle, write_json, write_yaml
from cfn_backup_tools.template.document import Mapping as MappingNode
from cfn_backup_tools.template.document import Node, Scalar, Sequence, Unreadable, function_name, long_form
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import CUSTOM_PREFIX, Format, Template, parse

_ORDER = (
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupVault",
    "AWS::SNS::TopicPolicy",
    "AWS::IAM::Role",
    "AWS::Backup::BackupSelection",
)
"""In which the native resources of one custom resource are written."""

_WRITTEN_ANEW = ("Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Properties")
"""The attributes of a resource that are not handed on as they are; others go to the first native one."""


class NotEjected(Exception):
    """Raised when some resource cannot be understood."""

    def __init__(self, refused: Mapping[str, tuple[Finding, ...]], reasons: list[str]) -> None:
        findings = (f"{name}: {one}" for name, found in refused.items() for one in found)
        super().__init__("; ".join([*findings, *reasons]))
        self.refused = refused
        """The findings, by the logical id of the resource."""
        self.reasons = reasons
        """What else there is to say; each begins with the logical id."""


class Miswritten(Exception):
    """Raised when the new text cannot be read again: a bug in ``eject``, never in the template."""


@dataclass
class Ejected:
    """The text of the new template, and what the author should know about it."""

    text: str
    replaced: int = 0
    """How many custom resources were replaced."""
    losses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def eject(template: Template, parameters: Mapping[str, str], target: Format | None = None) -> Ejected:
    """The template without custom resources, in its own language or the target's. Raises NotEjected and
    Miswritten."""
    target = target or template.format
    notes: list[str] = []
    if template.format == "yaml" and uses_aliases(template.root, _changed(template)):
        notes.append(
            "custom resources use YAML anchors: the template is written anew with their content, and without "
            "its comments"
        )
        template = parse(template.name, write_yaml(template.content, YamlStyle()))
    ejection = _Ejection(template, Resolver(template, parameters), target)
    ejected = ejection.run()
    ejected.notes[:0] = notes
    if target != template.format:
        ejected.text = _translated(template.name, ejected.text, target)
    _read_again(template.name, ejected.text)
    return ejected


def _changed(template: Template) -> Iterator[Node]:
    """The parts that are written anew."""
    for name, resource in template.resources.items():
        if resource["Type"] in CUSTOM:
            yield template.node(("Resources", name))
    conditions = template.root.get("Conditions")
    if conditions is not None:
        yield conditions


def _translated(name: str, text: str, target: Format) -> str:
    content = _read_again(name, text).content
    return write_json(content) if target == "json" else write_yaml(content, YamlStyle())


def _read_again(name: str, text: str) -> Template:
    try:
        return parse(name, text)
    except Unreadable as reason:
        raise Miswritten(f"the new template cannot be read: {reason}") from reason


class _Ejection:
    def __init__(self, template: Template, resolver: Resolver, target: Format) -> None:
        self._template = template
        self._surroundings = Surroundings(template, target)
        self._custom = {
            logical_id: resource
            for logical_id, resource in template.resources.items()
            if resource["Type"] in CUSTOM
        }
        ids = LogicalIds({*template.content["Resources"], *template.section("Parameters")})
        self._condition_names = LogicalIds(set(template.section("Conditions")))
        place = Place.of_template({name: resource["Type"] for name, resource in template.resources.items()})
        self._topics = Topics(template.resources, ids)
        self._expansion = Expansion(resolver, place, ids, self._topics, Discovery(template.resources, place))
        self._references = References({})
        self._edits: list[Edit] = []
        self._new_conditions: dict[str, Any] = {}

    def run(self) -> Ejected:
        natives, notes = self._expand_all()
        self._references = References(natives)
        losses = [loss for native in natives.values() for loss in native.losses]
        resources = self._template.root.get("Resources")
        assert isinstance(resources, MappingNode)  # noqa: S101 - a template has them
        for name, section in ((m.key.value, m.value) for m in self._template.root.members):
            if name != "Resources":
                self._rewrite(section)
        custom = [member for member in resources.members if str(member.key.value) in natives]
        for member in resources.members:
            if member not in custom:
                self._rewrite_resource(member.value)
        # last, so that a return value that nothing stands for is remarked where it came from
        for member in custom:
            entries = self._entries(str(member.key.value), natives[str(member.key.value)])
            self._edits.append(self._surroundings.entries(resources, member.key, member.value, entries))
        self._add_conditions()
        losses += [*dict.fromkeys(self._references.losses), *self._left_alone()]
        return Ejected(apply(self._template.text, self._edits), len(natives), losses, notes)

    def _expand_all(self) -> tuple[dict[str, Native], list[str]]:
        natives: dict[str, Native] = {}
        notes: list[str] = []
        findings: dict[str, tuple[Finding, ...]] = {}
        reasons: list[str] = []
        for logical_id, resource in self._custom.items():
            try:
                natives[logical_id], said = self._expansion.expand(logical_id, resource)
                notes += [note if note.startswith(logical_id) else f"{logical_id}: {note}" for note in said]
            except Refused as refused:
                findings[logical_id] = refused.findings
            except CannotExpand as reason:
                reasons.append(f"{logical_id}: {reason}")
        if findings or reasons:
            raise NotEjected(findings, reasons)
        return natives, notes

    # --- the custom resources ---------------------------------------------------------------------

    def _entries(self, logical_id: str, native: Native) -> list[Entry]:
        written = self._custom[logical_id]
        lost = [loss for loss in self._references.losses if loss.startswith(f"{logical_id}.")]
        remarks = resource_remarks([*native.losses, *dict.fromkeys(lost)], native.resources, logical_id)
        ordered = sorted(native.resources.items(), key=lambda item: _ORDER.index(item[1]["Type"]))
        return [
            Entry(
                name,
                self._with_attributes(logical_id, name, resource, native, written),
                remarks.get(name, ()),
            )
            for name, resource in ordered
        ]

    def _with_attributes(
        self, logical_id: str, name: str, resource: dict[str, Any], native: Native, written: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The resource with the attributes of the custom resource, and its references rewritten."""
        attributes = {"Type": resource["Type"]}
        condition = self._condition(name, native, written.get("Condition"))
        if condition:
            attributes["Condition"] = condition
        if "DependsOn" in written:
            attributes["DependsOn"] = self._references.depends_on(written["DependsOn"])
        if name == logical_id:
            attributes |= {
                attribute: self._references.rewritten(value)
                for attribute, value in written.items()
                if attribute not in _WRITTEN_ANEW
            }
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if policy in resource:
                attributes[policy] = resource[policy]
            elif policy in written:
                attributes[policy] = written[policy]
        properties = readable(resource["Properties"], own=written.get("Properties"))
        return {**attributes, "Properties": self._references.rewritten(properties)}

    def _condition(self, name: str, native: Native, own: str | None) -> str | None:
        if self._topics.is_shared(name):
            return self._topics.condition_of(name)
        presence = native.presence.get(name, True)
        if isinstance(presence, bool):
            return own
        if presence[1:] == (True, False) and own is None:
            return presence[0]
        expression = presence_expression(presence)
        if own is not None:
            expression = {"Fn::And": [{"Condition": own}, expression]}
        made = self._condition_names.of(name, "Exists")
        self._new_conditions[made] = expression
        return made

    def _add_conditions(self) -> None:
        if not self._new_conditions:
            return
        root, entries = self._template.root, [Entry(*item) for item in self._new_conditions.items()]
        section = root.get("Conditions")
        if isinstance(section, MappingNode) and section.members:
            self._edits.append(self._surroundings.appended(section, entries))
            return
        before = root.member("Resources")
        assert before is not None  # noqa: S101 - a template has them
        self._edits.append(self._surroundings.section(before.key, root, "Conditions", entries))

    def _left_alone(self) -> list[str]:
        """Custom resources where nothing can be replaced."""
        return [
            f"{name}: Fn::ForEach makes custom resources here; it is left as it is, replace it by hand"
            for name, value in self._template.content["Resources"].items()
            if name.startswith("Fn::ForEach") and f"'Type': '{CUSTOM_PREFIX}" in str(value)
        ]

    # --- everything else --------------------------------------------------------------------------

    def _rewrite_resource(self, node: Node) -> None:
        if not isinstance(node, MappingNode) or node.tag:
            self._rewrite(node)
            return
        for member in node.members:
            if member.key.value == "DependsOn":
                written = long_form(member.value)
                new = self._references.depends_on(written)
                if new != written:
                    self._edits.append(self._surroundings.inline(new, member.value))
            else:
                self._rewrite(member.value)

    def _rewrite(self, node: Node) -> None:
        """Replaces the innermost functions that refer to a custom resource, and nothing around them."""
        value = long_form(node) if node.tag or _could_be_function(node) else None
        if value and is_function(value) and next(iter(value)) in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            new = self._references.rewritten(value)
            if new is not value and new != value:
                self._edits += self._sub_edits(node, value) or [self._surroundings.inline(new, node)]
            return
        if isinstance(node, Sequence):
            for item in node.items:
                self._rewrite(item)
        elif isinstance(node, MappingNode):
            for member in node.members:
                self._rewrite(member.value)

    def _sub_edits(self, node: Node, value: dict[str, Any]) -> list[Edit]:
        """Edits inside the text of ``Fn::Sub``, if names are all that changes:
        long texts keep their lines."""
        parts = sub_parts(value.get("Fn::Sub"))
        if parts is None or parts[1]:
            return []
        text = self._template.text[node.start : node.end]
        changes: dict[str, str | None] = {}

        def note(name: str) -> str:
            if self._references.is_meant(name):
                changes[name] = self._references.direct_name(name)
            return name

        substitute(parts[0], note)
        if None in changes.values():
            return []
        for name, new in changes.items():
            pattern = r"\$\{\s*" + re.escape(name) + r"\s*\}"
            text = re.sub(pattern, lambda _, new=new: "${" + str(new) + "}", text)  # type: ignore[misc]
        return [Edit(node.start, node.end, text)]


def _could_be_function(node: Node) -> bool:
    if not isinstance(node, MappingNode) or len(node.members) != 1:
        return False
    key: Scalar = node.members[0].key
    return function_name(node.tag) != "" or key.value == "Ref" or str(key.value).startswith("Fn::")
