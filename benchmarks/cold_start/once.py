"""Run in a fresh interpreter, by path: import a function, hand it one event, print the seconds that took.

The start of the interpreter itself is left out: it is the same for all.
"""

import time

started = time.perf_counter()

import json  # noqa: E402 - everything after the clock has started counts
import os  # noqa: E402
import sys  # noqa: E402


class Context:
    """Lambda's, as far as anybody reads it."""

    function_name = "provider"
    function_version = "1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:provider:live"
    memory_limit_in_mb = 512
    aws_request_id = "6f1cf4e2-0000-4000-8000-000000000000"
    log_group_name = "/aws/lambda/provider"
    log_stream_name = "stream"
    identity = None
    client_context = None

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 300_000


def main() -> None:
    """`once.py EVENT FOLDER…`: the folders are the path to import from."""
    sys.path[:0] = sys.argv[2:]
    event = json.loads(sys.argv[1])
    import app  # type: ignore[import-not-found] # noqa: PLC0415

    app.handler(event, Context())
    seconds = time.perf_counter() - started
    sys.stdout.write(f"\nseconds {seconds}\n")
    sys.stdout.flush()
    os._exit(0)  # whatever timers a variant left


main()
