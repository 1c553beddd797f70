"""Emptying a vault: which points go, how, and in which order; how fast; when to stop.

Pure decisions are in `points`, `progress` and `walk`; a `Slice` carries them out for a bounded time. The work
outlives an invocation, so what it must remember is a small `Progress` that travels as JSON.
"""
