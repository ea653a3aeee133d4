"""What can be wrong with a channel or a publication."""

from apps.kernel.errors import AppError, Invalid


class UnknownChannel(Invalid):
    """A channel's name is not ``user:<id>`` or ``room:<kind>:<id>`` of a kind that exists."""

    code = "realtime.unknown_channel"
    title = "Unknown channel"


class MessageTooLarge(Invalid):
    """A message is larger than a connected phone is sent in one piece."""

    code = "realtime.message_too_large"
    title = "Message too large"


class ServedElsewhere(AppError):
    """Streams are held by the realtime process, which has another address (RFC 9110, 421)."""

    code = "realtime.served_elsewhere"
    title = "Served by the realtime process"
    status = 421
