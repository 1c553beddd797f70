"""Which tags are AWS's or the provider's own."""

from __future__ import annotations

OF_AWS = "aws:"
"""Tags of AWS's own, which nobody else can make or change (AWS General Reference, Tag naming limits)."""
OF_PROVIDER = "cfn-backup-provider:"
"""Tags by which the provider knows what is its own, and what it has put there."""
