"""What can be wrong with a picture that is asked for."""

from apps.kernel.errors import AppError, Forbidden, Invalid, NotFound, Unavailable


class BadParameter(Invalid):
    """A parameter is unknown, twice there, or has a value that is not allowed."""

    code = "media.bad_parameter"
    title = "A parameter of the picture is wrong"


class UnknownPreset(NotFound):
    """No preset has this name."""

    code = "media.unknown_preset"
    title = "No such preset"


class SignatureNeeded(Forbidden):
    """Neither a signature nor a preset that opens this picture."""

    code = "media.signature_needed"
    title = "The URL must be signed"


class BadSignature(Forbidden):
    """The URL was changed after it was signed, its time is over, or its key was revoked."""

    code = "media.bad_signature"
    title = "The URL is not valid"


class SourceNotListed(Forbidden):
    """The picture's scheme, host and port are not on the list of remote sources."""

    code = "media.source_not_listed"
    title = "Pictures are not taken from there"


class SourceMissing(NotFound):
    """There is no such picture."""

    code = "media.source_missing"
    title = "No such picture"


class SourceTooLarge(AppError):
    """The original has more bytes than are read."""

    code = "media.source_too_large"
    title = "The original is too large"
    status = 422


class SourceNotAPicture(AppError):
    """The original says of itself that it is no picture."""

    code = "media.source_not_a_picture"
    title = "The original is not a picture"
    status = 422


class UpstreamFailed(AppError):
    """The remote source answered with an error, broke off, or led astray."""

    code = "media.upstream_failed"
    title = "The remote source failed"
    status = 502


class UpstreamTimedOut(AppError):
    """The remote source took too long."""

    code = "media.upstream_timed_out"
    title = "The remote source took too long"
    status = 504


class UpstreamResting(Unavailable):
    """The remote source failed time after time and is left alone for a while."""

    code = "media.upstream_resting"
    title = "The remote source is left alone for a while"


class SourceBusy(Unavailable):
    """Enough requests wait for pictures of this remote source; carries Retry-After."""

    code = "media.source_busy"
    title = "The remote source is asked for too much at once"


class MediaBusy(Unavailable):
    """Enough requests wait for pictures that are not there yet; carries Retry-After."""

    code = "media.busy"
    title = "Too many pictures at once"
