"""What selections select for the plans of the same template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfn_backup.written.problems import Findings, Problem

from cfn_backup.desired.plan import rules_of
from cfn_backup.rules.cold_storage import check_cold_storage, selected_types
from cfn_backup.rules.plans import placed
from cfn_backup.symbolic.values import Intrinsic, Str
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import BackupSelection
from cfn_backup_tools.template.intrinsics import attribute_of
from cfn_backup_tools.validate.locks import Resource


def check_selections[R: Resource](resources: Sequence[R]) -> Iterator[tuple[R, Problem]]:
    """Each problem with the selection that has it. A plan's own ``Selections`` are the model's business."""
    plans = {
        resource.logical_id: resource.model
        for resource in resources
        if isinstance(resource.model, BackupPlan)
    }
    for resource in resources:
        selection = resource.model
        if not isinstance(selection, BackupSelection):
            continue
        plan = plans.get(_plan_named(selection.backup_plan_id))
        if plan is not None:
            findings = Findings()
            rules = (rule for _, rule in placed(plan, rules_of(plan)))
            check_cold_storage(rules, selected_types(selection, ""), findings)
            yield from ((resource, problem) for problem in findings.problems)


def _plan_named(plan_id: Str) -> str:
    """The logical id in ``Ref`` or ``Fn::GetAtt`` of ``BackupPlanId``; empty if there is none."""
    if not isinstance(plan_id, Intrinsic):
        return ""
    found = attribute_of(plan_id.node["Fn::GetAtt"]) if "Fn::GetAtt" in plan_id.node else None
    return found[0] if found else str(plan_id.node.get("Ref", ""))
