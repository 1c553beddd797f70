"""The answer CloudFormation accepts: built and measured here, sent elsewhere.

CloudFormation refuses a body of more than 4096 bytes («Response object is too long»), an empty
PhysicalResourceId («Invalid PhysicalResourceId», which it reports instead of our Reason) and a null anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cfn_backup.protocol.ids import PHYSICAL_ID_LIMIT
from cfn_backup.protocol.request import ReturnAddress

BODY_LIMIT = 4096
"""Bytes, inclusive, of the whole body (found by trial in awsdocs/aws-cloudformation-user-guide PR #262)."""
SHORTEST_WARNING = 400
"""Bytes; where there is less room beside the attributes, warnings are in the log only."""

_CUT = "…"


class InvalidAnswer(Exception):
    """Raised when a resource's result cannot be told to CloudFormation;
    the request is then answered FAILED.
    """


@dataclass(frozen=True)
class Reason:
    """Why a request failed, in an order that keeps what matters when there is not room for all of it."""

    parts: tuple[str, ...]
    """The problems. The first is shown in any case, if need be cut; the others while there is room."""
    closing: str
    """Where to look for more; always shown."""

    def within(self, budget: int) -> str:
        """The text, at most ``budget`` bytes long inside a JSON string."""
        budget -= _size(self.closing) + 1
        shown = ""
        for count, part in enumerate(self.parts):
            longer = f"{shown}; {part}" if shown else part
            left = len(self.parts) - count - 1
            if _size(longer + _more(left)) > budget:
                shown = shown + _more(left + 1) if shown else _beginning(part, budget, _more(left))
                break
            shown = longer
        return f"{shown} {self.closing}"


@dataclass(frozen=True)
class Answer:
    """SUCCESS when there is no reason, else FAILED."""

    address: ReturnAddress
    physical_id: str
    data: Mapping[str, str] = field(default_factory=dict)
    reason: Reason | None = None
    warnings: Reason | None = None
    """What the author should know of a success. The protocol has a Reason there, too (user guide,
    crpg-ref-responses); whether the console shows it is not documented."""

    @property
    def status(self) -> str:
        return "SUCCESS" if self.reason is None else "FAILED"

    def encode(self) -> bytes:
        """The body, at most 4096 bytes.

        Raises InvalidAnswer when the id or the data are not what CloudFormation takes,
        or the data alone are too much.
        """
        self._check()
        body = {
            "Status": self.status,
            "PhysicalResourceId": self.physical_id,
            "StackId": str(self.address.stack),
            "RequestId": self.address.request_id,
            "LogicalResourceId": self.address.logical_resource_id,
        }
        if self.reason is not None:
            room = BODY_LIMIT - len(_encode(body | {"Reason": ""}))
            return _within_limit(_encode(body | {"Reason": self.reason.within(room)}), "the ids")
        success: dict[str, object] = {**body, "Data": dict(self.data)}
        room = BODY_LIMIT - len(_encode(success | {"Reason": ""}))
        if self.warnings is not None and room > SHORTEST_WARNING:
            success["Reason"] = self.warnings.within(room)
        return _within_limit(_encode(success), "the attributes")

    def _check(self) -> None:
        if not isinstance(self.physical_id, str) or not self.physical_id:
            raise InvalidAnswer("the resource gave no physical id")
        if len(self.physical_id.encode(errors="replace")) > PHYSICAL_ID_LIMIT:
            raise InvalidAnswer(f"the physical id is longer than {PHYSICAL_ID_LIMIT} bytes")
        wrong = [name for name, value in self.data.items() if not isinstance(value, str)]
        if wrong:
            raise InvalidAnswer(f"attributes that are not strings: {', '.join(sorted(map(str, wrong)))}")


def _within_limit(body: bytes, what: str) -> bytes:
    if len(body) > BODY_LIMIT:
        raise InvalidAnswer(f"{what} make an answer of {len(body)} bytes, CloudFormation takes {BODY_LIMIT}")
    return body


def _encode(value: object) -> bytes:
    # a lone surrogate has no UTF-8; what `backslashreplace` writes for it is exactly JSON's escape.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _size(text: str) -> int:
    """Bytes that the text takes inside a JSON string."""
    return len(_encode(text)) - 2


def _beginning(text: str, budget: int, end: str) -> str:
    """As many whole characters from the beginning as fit, a mark where it was cut, and the end."""
    end = _CUT + end
    budget -= _size(end)
    # no character is shorter than a byte, so what lies behind the budget cannot fit.
    kept = text[: max(budget, 0)]
    while _size(kept) > budget:
        # characters escape to at most 12 bytes, so this drops none that could have stayed.
        kept = kept[: -max(1, (_size(kept) - budget) // 12)]
    return kept + end


def _more(count: int) -> str:
    return f" (and {count} more)" if count else ""
