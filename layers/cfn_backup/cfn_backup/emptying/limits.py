"""How fast, how long, how often: every bound of the work, with its reason. Times are in seconds."""

from __future__ import annotations

CALLS_PER_SECOND = 8.0
"""AWS documents 10 DeleteRecoveryPoint calls a second (General Reference, "AWS Backup endpoints and quotas");
the rest is left to everybody else."""
SLOWEST = 0.5
"""Calls a second below which throttling does not push the pace."""
IN_FLIGHT = 4
"""Calls at a time: enough for the rate with answers that take half a second."""
SLICE = 720.0
"""A slice ends before Lambda's 900 s, with time for what is in flight. At 9 events of the execution's history
each, 1,000,000 points at 8/s take about 1,600 of the 25,000 that Step Functions allows."""
TICK = 60.0
"""Between two looks at who else empties and who waits for an answer, and between two log lines."""
ROUND_PAUSE = 5.0
"""After a round that took something away, before the vault is listed again."""
LONGEST_PAUSE = 60.0
WITHOUT_CHANGE = 1800.0
"""How long points may be DELETING or CREATING while nothing else happens. By the developer guide, "Deleting
backups", a deletion can be stuck for days."""
EXPIRED_ROUNDS = 2
"""How often an EXPIRED point is deleted again: the second deletion works once the service-linked role exists
(API:DeleteRecoveryPoint)."""
REFILL_ROUNDS = 10
"""Rounds, or whole pages, that may take away nothing but points that arrived since the work began."""
FUTILE_ROUNDS = 50
"""Rounds in which AWS accepts calls and the vault does not get emptier, for whatever reason."""
REFUSALS = 100
"""Refused deletions after which a slice stops asking."""
FAULTS = 20
"""Failed calls in a row (HTTP 5xx, no connection) after which the slice gives up and is repeated."""
SHOWN = 5
"""Recovery points named in a reason: the first."""
HELD_LOOKED_AT = 10_000
"""Points of one legal hold that are looked at, to count those of the vault."""
AURORA_PAGES = 20
"""Pages of Aurora points that are looked at before anything goes."""
