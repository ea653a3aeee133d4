"""What can be wrong with bytes; an absent file or upload is `kernel.errors.NotFound`."""

from apps.kernel.errors import AppError, Conflict, Forbidden, Invalid, Unavailable


class UnknownPurpose(Invalid):
    """No purpose has this name."""

    code = "files.unknown_purpose"
    title = "Unknown purpose"


class TooLarge(AppError):
    """More bytes than the purpose allows."""

    code = "files.too_large"
    title = "The file is too large"
    status = 413


class TooManyParts(AppError):
    """The upload came in too many requests: begin it anew, with more bytes in each."""

    code = "files.too_many_parts"
    title = "The upload has too many parts"
    status = 413


class QuotaExceeded(AppError):
    """The owner has no room for so many bytes: delete files, or move to a larger tier."""

    code = "files.quota_exceeded"
    title = "No room left"
    status = 413


class TypeNotAllowed(AppError):
    """The purpose does not allow this extension, or the bytes are something else."""

    code = "files.type_not_allowed"
    title = "This type of file is not allowed"
    status = 415


class UnsafeContent(AppError):
    """The bytes are of an allowed type and still refused, such as a picture that is a bomb."""

    code = "files.unsafe_content"
    title = "The content is refused"
    status = 422


class OffsetMismatch(Conflict):
    """The upload stands elsewhere: ask by HEAD and go on from there."""

    code = "files.offset_mismatch"
    title = "The upload stands at another offset"


class ChecksumMismatch(AppError):
    """The bytes differ from their checksum; nothing of them was kept (tus 1.0.0, checksum)."""

    code = "files.checksum_mismatch"
    title = "The checksum does not match"
    status = 460


class UploadLocked(AppError):
    """Another request writes to the upload at this moment: try again in a second."""

    code = "files.upload_locked"
    title = "The upload is being written to"
    status = 423


class UploadExpired(AppError):
    """The upload was not finished in time; begin it anew."""

    code = "files.upload_expired"
    title = "The upload has expired"
    status = 410


class UploadNotWritable(Forbidden):
    """Bytes are not sent to this upload: it is made of others, or comes by another way."""

    code = "files.upload_not_writable"
    title = "The upload takes no bytes"


class UploadIncomplete(Conflict):
    """Not all bytes of the upload are here."""

    code = "files.upload_incomplete"
    title = "The upload is not complete"


class TusVersionNotSupported(AppError):
    """The request does not say Tus-Resumable: 1.0.0."""

    code = "files.tus_version_not_supported"
    title = "Another version of tus"
    status = 412


class TooManyBodies(Unavailable):
    """As many uploads as it may take at once come to this process: try again in a second."""

    code = "files.too_many_bodies"
    title = "Too many uploads at once"


class NotReady(Conflict):
    """The file is still being checked."""

    code = "files.not_ready"
    title = "The file is being checked"


class NotServed(Forbidden):
    """The file was refused or quarantined, and is given to nobody."""

    code = "files.not_served"
    title = "The file is not served"


class BadSignature(Forbidden):
    """The URL was changed, is for somebody else, or its time is over: ask for a new one."""

    code = "files.bad_signature"
    title = "The URL is not valid"


class RangeNotSatisfiable(AppError):
    """All bytes that are asked for lie behind the end; Content-Range says where that is."""

    code = "files.range_not_satisfiable"
    title = "The file is shorter than that"
    status = 416


class ObjectMissing(Exception):
    """The storage has no object of that name; never leaves the app."""


class StorageUnavailable(Unavailable):
    """The storage cannot be reached, or says no."""

    code = "files.storage_unavailable"
    title = "The storage cannot be reached"


class ScannerUnavailable(Exception):
    """The scanner cannot be asked, or gave no verdict; the file stays pending."""


class ScanFailed(Exception):
    """The scanner is there and cannot scan this file; after a few times an operator must look."""
