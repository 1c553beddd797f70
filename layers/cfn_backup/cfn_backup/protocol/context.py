"""What the protocol needs of Lambda's context object."""

from __future__ import annotations

from typing import Protocol


class LambdaContext(Protocol):
    """See the Lambda developer guide, «Using the Lambda
    context object to retrieve Python function information».
    """

    @property
    def invoked_function_arn(self) -> str: ...

    @property
    def log_stream_name(self) -> str: ...

    def get_remaining_time_in_millis(self) -> int: ...
