"""A strict AWS Backup: it refuses what AWS refuses, and answers as AWS answers.

The core imports no emulator. `in_moto` mounts it in moto for tests in one process, `in_ministack` in a
running ministack. docs/strict-backup.md says which rules it keeps.
"""

from .clock import ManualClock, MovableClock, SystemClock
from .errors import ServiceError
from .job_records import Resource
from .recovery_point_store import RecoveryPoint
from .roles import Role, RoleDirectory
from .service import Caller, Response, StrictBackupService
from .switches import Switches

__all__ = [
    "Caller",
    "ManualClock",
    "MovableClock",
    "RecoveryPoint",
    "Resource",
    "Response",
    "Role",
    "RoleDirectory",
    "ServiceError",
    "StrictBackupService",
    "Switches",
    "SystemClock",
]
