"""The tables of sync, one model per file."""

from apps.sync.models.checkpoint import Checkpoint
from apps.sync.models.conflict import SyncConflict
from apps.sync.models.epoch import Epoch
from apps.sync.models.grant import Grant
from apps.sync.models.operation import PushedOperation
from apps.sync.models.state import SyncState
from apps.sync.models.tombstone import Tombstone

__all__ = [
    "Checkpoint",
    "Epoch",
    "Grant",
    "PushedOperation",
    "SyncConflict",
    "SyncState",
    "Tombstone",
]
