"""Looking at the first bytes while the others still come: what is not allowed is not taken."""

from apps.files.models import Upload
from apps.files.purposes import known_purpose, refuse_by_type
from apps.files.sniffing import sniffed_type
from apps.files.types import Concatenation, Part, Storage

# So much tells libmagic what a file is; it tells less of less.
ENOUGH_BYTES = 4096


class Sniffer:
    """Sees the bytes of an upload, until there are enough of them to say what they are."""

    def __init__(self, upload: Upload, storage: Storage) -> None:
        self._upload = upload
        self.sniffed = upload.sniffed
        # A partial upload may begin anywhere in a file.
        self._is_over = bool(upload.sniffed) or upload.concatenation == Concatenation.PARTIAL
        self._first = b"" if self._is_over else first_bytes(upload, storage)

    def see(self, block: bytes) -> None:
        """See more bytes; raises TypeNotAllowed once it is known."""
        if self._is_over:
            return
        self._first += block[: ENOUGH_BYTES - len(self._first)]
        if len(self._first) >= ENOUGH_BYTES:
            self.decide()

    def decide(self) -> None:
        """Say what they are, of however few bytes; raises TypeNotAllowed."""
        if self._is_over:
            return
        self.sniffed = allowed_type(self._upload, self._first)
        self._is_over = True


def allowed_type(upload: Upload, first: bytes) -> str:
    """Return what the first bytes are, and name an upload that has no name.

    Raises TypeNotAllowed where that is not for its purpose. No bytes at all are nothing yet.
    """
    if not first:
        return ""
    content_type = sniffed_type(first)
    name = refuse_by_type(known_purpose(upload.purpose), upload.name, content_type)
    if name != upload.name:
        Upload.objects.filter(pk=upload.pk).update(name=name)
        upload.name = name
    return content_type


def first_bytes(upload: Upload, storage: Storage) -> bytes:
    """Return the first bytes of what is in the storage."""
    found = b""
    for part in upload.parts.order_by("number"):
        if len(found) >= ENOUGH_BYTES:
            break
        found += first_of_part(
            storage, Part(object_name=part.object_name, size_bytes=part.size_bytes)
        )
    return found[:ENOUGH_BYTES]


def first_of_part(storage: Storage, part: Part) -> bytes:
    """Return the first bytes of a part."""
    end = min(part.size_bytes, ENOUGH_BYTES)
    return b"".join(storage.read(part.object_name, end=end)) if end else b""
