"""What one request asks for, and what a resource gives back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.errors import AlreadyExists
from cfn_backup.aws.installer import InstallersPolicy
from cfn_backup.aws.session import Session
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.symbolic.values import Json
from cfn_backup.written.findings import Findings

log = logging.getLogger("cfn_backup")


@dataclass(frozen=True)
class Result:
    """What a resource answers: its physical id, and every attribute of its type, the empty string where
    there is nothing."""

    physical_id: str
    attributes: Mapping[str, str]
    state: Mapping[str, Any] | None = field(default=None, compare=False)
    """What should be there from now on, as ``desired.intention`` puts it."""


@dataclass(frozen=True)
class Pending:
    """What outlives the invocation, and answers the request later.

    ``key`` is what the request waits for. ``begin`` starts that, or joins it; it is called when the request
    has been parked under the key, returns False if the request has been answered long since, and raises
    ProviderError if it cannot begin.
    """

    key: str
    begin: Callable[[], bool]


@dataclass
class Work:
    """One request, with what is needed to fulfil it."""

    owner: Owner
    place: Place
    request_id: str
    properties: Mapping[str, Json]
    """The new properties; on Delete those of any older version of the provider, never to be relied on."""
    physical_id: str | None
    """Of the event; None on Create."""
    session: Session
    deadline: Deadline
    resource_type: str = ""
    """Of the event; empty if CloudFormation is not asked whether it is that type."""
    identified: str | None = None
    """The physical id of what a Create has made so far; a FAILED answer carries it, so that the Delete which
    follows finds it."""
    met_earlier: bool = False
    """Whether a Create met what an earlier delivery of it made, and may still be making."""
    completing: bool = False
    """Whether this delivery has begun to note that the request is fulfilled."""
    policy: InstallersPolicy = field(default_factory=InstallersPolicy)
    """What the installer of the provider allows."""
    pending: Pending | None = None
    """Set when something that outlives the invocation is to answer."""
    findings: Findings = field(default_factory=Findings)
    warnings: list[str] = field(default_factory=list)
    """What the author should know although the request succeeds; each is logged, too."""

    def identify(self, physical_id: str | None) -> None:
        """Notes the id at once after the first side effect; None when everything was undone."""
        self.identified = physical_id

    def meet(self, physical_id: str) -> None:
        """Notes that an earlier delivery of this Create made the thing with this id."""
        self.met_earlier = True
        self.identify(physical_id)

    def leave(self, pending: Pending) -> None:
        """Notes that something else will finish this request, and answer it."""
        self.pending = pending

    def refuse_errors(self) -> None:
        """Raises every error found so far, before anything is written; warnings are logged, once, and never
        fail anything."""
        self.findings.raise_errors()
        for warning in self.findings.warnings:
            self.warn(str(warning))

    def warn(self, text: str) -> None:
        """Logs a warning, and notes it for the answer."""
        log.warning("%s", text)
        self.warnings.append(text)

    def token(self, *parts: str) -> str:
        """A CreatorRequestId for something that this request makes; a repeated delivery gives the same."""
        return self.owner.token(self.request_id, *parts)


class CustomResource(Protocol):
    """What serves the three requests for a resource type: it makes what is there equal to what was asked for,
    and raises if it cannot. ``reconcile.lifecycle`` has the one for the provider's own types.
    One whose results say what should be there from now on has ``keeps_record = True``."""

    def create(self, work: Work) -> Result: ...
    def update(self, work: Work) -> Result: ...
    def delete(self, work: Work) -> Pending | None: ...


def not_ours(kind: str, name: str) -> AlreadyExists:
    """The error for a thing that has the wanted name and another owner; it stays untouched."""
    return AlreadyExists(
        f"{kind} {name} exists and does not belong to this resource of this stack (its "
        "cfn-backup-provider tags or its creation token say so). It is left as it is; choose another name, "
        "or delete it first"
    )
