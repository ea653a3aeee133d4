"""Who asks, as the lane needs to know them."""

from typing import Any, NamedTuple, Protocol
from uuid import UUID


class Access(Protocol):
    """How somebody is signed in."""

    @property
    def user(self) -> Any:
        """The user's row; a copy."""

    @property
    def session_id(self) -> UUID:
        """What a view knows as ``request.auth``."""


class Caller(NamedTuple):
    """A signed-in user, by both ids."""

    user_id: int
    public_id: str
    # None where only rows are read, which take no more than the ids.
    access: Access | None = None
