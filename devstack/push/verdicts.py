"""What every push service makes of a request: a verdict, or the refusal that leads to one."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refused(Exception):
    """The request is wrong: ``code`` is the service's own word for how, the message says more."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Verdict:
    """What one request is answered, and what the journal says of it."""

    status: int
    # By which the service calls it.
    id: str = ""
    # The service's own word for a refusal; "" for what was accepted.
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
