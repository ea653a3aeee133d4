"""What is asked of every peer, and the requests that ask it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Cell(enum.Enum):
    """One column of the table, named as it is shown."""

    LIST = "list 20"
    GET = "get one"
    CREATE = "create"
    UNCHANGED = "304"
    LIVE = "health"
    # An endpoint that does nothing: for Mainstay behind its whole guard, else behind none.
    NOTHING = "nothing"
    # The same of Mainstay, answered by Django and not in the short lane.
    NOTHING_IN_DJANGO = "nothing, in Django"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request; headers named in ``fresh`` get a new value each time it is sent."""

    method: str = "GET"
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    fresh: str = ""
    status: int = 200
    # The answer must hold these words this often, or it is not the one that is meant.
    shows: str = ""
    times: int = 1
