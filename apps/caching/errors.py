"""What can be wrong with something remembered."""

from apps.kernel.errors import NotFound, Unavailable


class Absent(NotFound):
    """What was to be made does not exist; raised by those who make it, and remembered shortly."""

    code = "caching.absent"
    title = "Not there"


class StillBeingMade(Unavailable):
    """Somebody else has been making it for longer than one may be kept waiting."""

    code = "caching.still_being_made"
    title = "Still being made"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, headers={"Retry-After": "1"})


class UnknownNamespace(NotFound):
    """Nothing is kept under that name."""

    code = "caching.unknown_namespace"
    title = "No such namespace"
