"""Tokens fresh from the mint: what making one comes to."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Minted:
    """A token, and how long its provider takes it."""

    token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime


class MintingFailed(Exception):
    """No token could be made; with our keys or settings none ever will, or only not now."""

    def __init__(
        self, reason: str, *, code: str, is_our_fault: bool, status: int | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.is_our_fault = is_our_fault
        self.status = status
