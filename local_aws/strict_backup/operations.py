"""What an operation is: a function from one call to its output, registered under the service model's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import access_denied, invalid_parameter
from .roles import Context, Principal, RoleDirectory
from .state import Document, GlobalSettings, Place
from .switches import Switches

if TYPE_CHECKING:
    from .scheduled_jobs import Scheduler


@dataclass(frozen=True)
class Call:
    """One call of an operation, with everything that its answer depends on. `now` is in seconds since the
    epoch."""

    operation: str
    parameters: Mapping[str, Any]
    place: Place
    global_settings: GlobalSettings
    switches: Switches
    now: float
    roles: RoleDirectory
    principal: Principal
    scheduler: Scheduler

    def __getitem__(self, member: str) -> Any:
        return self.parameters[member]

    def get(self, member: str, default: Any = None) -> Any:
        return self.parameters.get(member, default)

    def may(self, action: str, resource: str, context: Context | None = None) -> bool:
        """Whether IAM allows the caller this too, and no switch says that it lacks it."""
        return action not in self.switches.caller_lacks and self.principal.allows(
            action, resource, context or {}
        )

    def require(self, action: str, resource: str, context: Context | None = None) -> None:
        """:raises ServiceError: AccessDeniedException if the caller may not do this."""
        if not self.may(action, resource, context):
            raise access_denied(
                f"User: {self.principal.arn} is not authorized to perform: {action} on resource: {resource}"
            )


Answer = Callable[[Call], Document]


@dataclass(frozen=True)
class Operation:
    """`checks_itself` are the input's paths whose constraints the function checks, because the service has a
    text of its own for them."""

    name: str
    answer: Answer
    checks_itself: tuple[str, ...]


OPERATIONS: dict[str, Operation] = {}


def operation(name: str, *, checks_itself: Sequence[str] = ()) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        OPERATIONS[name] = Operation(name, answer, tuple(checks_itself))
        return answer

    return register


def page[T](call: Call, items: Sequence[T], member: str, show: Callable[[T], Document]) -> Document:
    """One page of a list; NextToken is the place to go on from."""
    start = token_position(call)
    end = start + page_size(call)
    return {
        member: [show(item) for item in items[start:end]],
        "NextToken": token(end) if end < len(items) else None,
    }


def page_size(call: Call) -> int:
    return int(call.get("MaxResults") or call.switches.page_size)


def token(position: int) -> str:
    return f"strict-{position:x}"


def token_position(call: Call) -> int:
    given = call.get("NextToken")
    if not given:
        return 0
    prefix, _, digits = given.partition("-")
    if prefix != "strict" or not digits or not set(digits) <= set("0123456789abcdef"):
        raise invalid_parameter("Invalid token value.")
    return int(digits, 16)
