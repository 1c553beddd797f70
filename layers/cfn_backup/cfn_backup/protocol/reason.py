"""A failure in the words that a stack event shows: what is wrong and where, never a stack trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfn_backup.protocol.answer import Reason

if TYPE_CHECKING:
    from cfn_backup.protocol.context import LambdaContext


MOST_PROBLEMS = 100
"""Of those that are named; the rest is counted."""

_FOR_AUTHOR = frozenset({"InvalidProperties", "ProviderError", "Refused", "InvalidAnswer"})


def reason_of(error: BaseException, request_id: str, context: LambdaContext) -> Reason:
    """The Reason of a FAILED answer for whatever was raised."""
    return Reason(_parts(error), closing(request_id, context))


def closing(request_id: str, context: LambdaContext) -> str:
    return f"(request {request_id}, log stream {context.log_stream_name})"


def is_for_author(error: BaseException) -> bool:
    """Whether the error's own text was written to be read by the author of the template."""
    # by name, so that this works too when the module that has these classes cannot be imported.
    return bool(_FOR_AUTHOR & {cls.__name__ for cls in type(error).__mro__})


def _parts(error: BaseException) -> tuple[str, ...]:
    problems = getattr(error, "findings", None)
    if is_for_author(error) and problems:
        return _problems([*map(str, problems)])
    if is_for_author(error) and str(error):
        return (str(error),)
    # its text may hold anything, property values too; the log has it.
    return (f"Internal error ({type(error).__name__}); the log has the details",)


def _problems(problems: list[str]) -> tuple[str, ...]:
    if len(problems) == 1:
        return tuple(problems)
    first, *others = problems[:MOST_PROBLEMS]
    more = len(problems) - MOST_PROBLEMS
    counted = (f"and {more} more",) if more > 0 else ()
    return (f"{len(problems)} problems: {first}", *others, *counted)
