"""What can be wrong with a picture."""

from apps.kernel.errors import AppError, Unavailable


class PictureRefused(AppError):
    """Base: these bytes are given up for good, trying again does not help."""

    status = 422


class NotAPicture(PictureRefused):
    """The bytes are in no format that is read here."""

    code = "imaging.not_a_picture"
    title = "Not a picture"


class BrokenPicture(PictureRefused):
    """The bytes begin as a picture and cannot be decoded to the end."""

    code = "imaging.broken_picture"
    title = "The picture is broken"


class PictureTooLarge(PictureRefused):
    """More pixels or frames than are decoded here, whatever the file's size."""

    code = "imaging.picture_too_large"
    title = "The picture has too many pixels"


class PictureTooCostly(PictureRefused):
    """Decoding took more memory or time than one picture may."""

    code = "imaging.picture_too_costly"
    title = "The picture takes too much to decode"


class ImagingBusy(Unavailable):
    """All processes work and enough callers wait; carries Retry-After."""

    code = "imaging.busy"
    title = "Too many pictures at once"
