"""The protocol's own errors, in Centrifugo's numbers: what a reply says instead of a result."""

from enum import Enum


class ReplyError(Enum):
    """Code, words, and whether the same command may succeed a moment later."""

    INTERNAL = (100, "internal server error", True)
    UNKNOWN_CHANNEL = (102, "unknown channel", False)
    PERMISSION_DENIED = (103, "permission denied", False)
    METHOD_NOT_FOUND = (104, "method not found", False)
    ALREADY_SUBSCRIBED = (105, "already subscribed", False)
    LIMIT_EXCEEDED = (106, "limit exceeded", False)
    BAD_REQUEST = (107, "bad request", False)
    NOT_AVAILABLE = (108, "not available", False)
    TOKEN_EXPIRED = (109, "token expired", False)
    TOO_MANY_REQUESTS = (111, "too many requests", True)
    UNRECOVERABLE_POSITION = (112, "unrecoverable position", False)

    @property
    def as_reply(self) -> dict[str, object]:
        """The error as it stands in a reply."""
        code, message, is_temporary = self.value
        return {"code": code, "message": message, **({"temporary": True} if is_temporary else {})}


class Refused(Exception):
    """A command is answered with an error."""

    def __init__(self, error: ReplyError) -> None:
        super().__init__(error.name)
        self.error = error


class Closing(Exception):
    """What a client sent, or did not, ends its connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
