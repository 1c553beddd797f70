"""Which plan reaches a resource, by which selection: pure functions of what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cfn_backup_tools.account.findings import Finding
from cfn_backup_tools.account.plans import LivePlan
from cfn_backup_tools.account.reached import Matcher
from cfn_backup_tools.account.resources import Resource


@dataclass(frozen=True)
class By:
    """A plan and the selection of it by which it reaches a resource."""

    plan: str
    plan_id: str
    selection: str


@dataclass(frozen=True)
class Covered:
    """One resource, who reaches it, and who would if its type were opted in."""

    resource: Resource
    by: tuple[By, ...]
    opted_out: tuple[By, ...] = ()

    @property
    def plans(self) -> set[str]:
        return {by.plan_id for by in self.by}


def cover(
    plans: Iterable[LivePlan], resources: Iterable[Resource], opted_in: Mapping[str, bool]
) -> list[Covered]:
    """Every resource, in the order given."""
    selections = [
        (By(plan.name, plan.plan_id, selection.name), Matcher(selection.document))
        for plan in plans
        for selection in plan.selections
    ]
    covered = []
    for resource in resources:
        taking = [(by, matcher) for by, matcher in selections if matcher.takes(resource)]
        counting = tuple(by for by, matcher in taking if matcher.counts(resource, opted_in))
        others = tuple(by for by, matcher in taking if not matcher.counts(resource, opted_in))
        covered.append(Covered(resource, counting, others))
    return covered


def findings(covered: Iterable[Covered]) -> list[Finding]:
    """What nothing reaches, and what is not opted in. That several plans reach a resource is not wrong."""
    found = []
    for one in covered:
        if one.by:
            continue
        if one.opted_out:
            names = ", ".join(sorted({f"{by.plan} by {by.selection}" for by in one.opted_out}))
            found.append(
                Finding(
                    one.opted_out[0].plan,
                    "OptedOut",
                    f"{names} would reach it, but {one.resource.type} is switched off in the service "
                    "opt-in of "
                    "this Region",
                    "switch it on: aws backup update-region-settings --resource-type-opt-in-preference "
                    f'"{one.resource.type}=true"',
                    resource=one.resource.arn,
                )
            )
        else:
            found.append(
                Finding(
                    "",
                    "NotCovered",
                    f"no backup plan reaches this {one.resource.type} resource",
                    "give it a tag that a selection asks for, or name it in one",
                    resource=one.resource.arn,
                )
            )
    return found
