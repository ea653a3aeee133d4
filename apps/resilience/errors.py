"""What can be wrong with a URL given by a user, or with a call to it."""

from apps.kernel.errors import AppError
from apps.resilience.types import FailureKind, OutboundTiming


class UnusableUrl(AppError):
    """The URL cannot be called: its form, scheme, host or port is not acceptable."""

    code = "resilience.unusable_url"
    title = "URL not usable"
    status = 422


class ForbiddenAddress(AppError):
    """The URL leads to an address that is not on the public internet."""

    code = "resilience.forbidden_address"
    title = "Address not allowed"
    status = 422


class OutboundFailed(AppError):
    """A call to another system got no answer; ``kind`` says at which step it ended."""

    code = "resilience.outbound_failed"
    title = "The other system did not answer"
    status = 502

    def __init__(self, detail: str, *, kind: FailureKind, timing: OutboundTiming) -> None:
        super().__init__(detail)
        self.kind = kind
        self.timing = timing
