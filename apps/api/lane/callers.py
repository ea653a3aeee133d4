"""Who asks, as the lane needs to know them."""

from typing import NamedTuple


class Caller(NamedTuple):
    """A signed-in user, by both ids."""

    user_id: int
    public_id: str
