"""The access tokens that peers verify: HS256, as most of them would be set up."""

from __future__ import annotations

import time
from collections.abc import Sequence

import jwt

from apps.kernel.ids import new_id

ALGORITHM = "HS256"
SECRET = "the-bench-signs-with-this-and-nobody-else"  # noqa: S105  worth nothing
HOURS = 6


def of_users(count: int) -> Sequence[str]:
    """Return one token each for so many users."""
    now = int(time.time())
    return [
        jwt.encode(
            {
                "sub": str(new_id()),
                "name": f"Person {number}",
                "iat": now,
                "exp": now + HOURS * 3600,
            },
            SECRET,
            algorithm=ALGORITHM,
        )
        for number in range(count)
    ]
