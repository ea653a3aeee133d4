"""The operator's view of sync: devices, conflicts, operations, and why a row is not there."""

from apps.sync.admin.conflicts import ConflictAdmin
from apps.sync.admin.operations import OperationAdmin
from apps.sync.admin.states import StateAdmin

__all__ = ["ConflictAdmin", "OperationAdmin", "StateAdmin"]
