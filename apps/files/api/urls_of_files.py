"""The signed URLs of one file and its renditions, as one answer shows them."""

from functools import cached_property
from uuid import UUID

from apps.files.models import File, Rendition
from apps.files.services.signing import Grant, expiry, signed_url
from apps.files.types import FileState, RenditionState


class FileUrls:
    """The URLs of a file for one reader; all of them expire at one moment."""

    def __init__(self, file: File, *, reader_id: UUID) -> None:
        self._file = file
        self._reader_id = reader_id
        self.expires_at = expiry()

    @cached_property
    def renditions(self) -> list[Rendition]:
        """The renditions of its picture, smallest first; none before it is clean."""
        if not self._is_clean:
            return []
        made = Rendition.objects.filter(blob__files=self._file)
        return sorted(made, key=lambda each: (each.width or 0, each.name, each.format))

    def of_file(self, file: File) -> str | None:
        """Return where the file is given; None unless it is clean."""
        return self._url("") if self._is_clean else None

    def of_rendition(self, rendition: Rendition) -> str | None:
        """Return where a rendition is given; None until it is ready."""
        if rendition.state != RenditionState.READY:
            return None
        return self._url(f"{rendition.name}.{rendition.format}")

    @property
    def _is_clean(self) -> bool:
        blob = self._file.blob
        return self._file.state == FileState.CLEAN == (blob.state if blob else "")

    def _url(self, rendition: str) -> str:
        return signed_url(
            Grant(
                file_id=self._file.public_id,
                user_id=self._reader_id,
                rendition=rendition,
                expires_at=self.expires_at,
            )
        )
