"""What can be wrong with syncing; what one operation meets is in its result instead."""

from apps.kernel.errors import AppError, Conflict, Invalid, Unavailable


class CheckpointInvalid(Invalid):
    """The checkpoint was not given to this installation: leave it out to begin anew."""

    code = "sync.checkpoint_invalid"
    title = "Not a checkpoint of this device"


class RestampNeeded(Unavailable):
    """The database was restored from a dump: `manage.py sync restamp` makes it whole."""

    code = "sync.restamp_needed"
    title = "The database was restored"


class UnknownTable(Invalid):
    """No table of this name is synced, or not in the client's version of the schema."""

    code = "sync.unknown_table"
    title = "Unknown table"


class UnknownColumn(Invalid):
    """The table has no such column, or it is not for clients to write."""

    code = "sync.unknown_column"
    title = "Unknown column"


class TooManyOperations(AppError):
    """More operations than one push may hold: send them in several."""

    code = "sync.too_many_operations"
    title = "Too many operations"
    status = 413


class ChangedMeanwhile(Conflict):
    """A row of the push changed after the last pull: pull, and push again."""

    code = "sync.changed_meanwhile"
    title = "The rows changed meanwhile"


class ConflictSettled(Conflict):
    """Somebody has decided this conflict already."""

    code = "sync.conflict_settled"
    title = "The conflict is settled"


class Undone(Conflict):
    """Another operation of an atomic push was refused, so nothing of it was done."""

    code = "sync.undone"
    title = "Undone with the rest of the push"
