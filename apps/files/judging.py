"""Judging: what bytes are, whether their purpose allows that, and what scanners say of them.

In this order, from cheap to dear: their type, the directory of an archive, the scanners, the
decoding of a picture.
"""

from dataclasses import dataclass

from apps.files.archives import inspect_archive, is_zip_based
from apps.files.errors import UnsafeContent
from apps.files.fetching import Fetched
from apps.files.file_names import extension_of
from apps.files.scanning import scan
from apps.files.types import Checked, FileState, Purpose, Verdict
from apps.imaging.errors import PictureRefused
from apps.imaging.services import inspect

INFECTED_REASON = "The file is not safe, and is given to nobody."


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What came of looking through a file."""

    # Clean, infected or refused.
    state: FileState
    sha256: str = ""
    content_type: str = ""
    # For the owner; "" for a clean file.
    reason: str = ""
    # None where no scanner was asked, for the file is refused anyway.
    verdict: Verdict | None = None
    # Of a picture, as it is seen.
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Tell whether it was decoded as one."""
        return self.width is not None


def refusal(reason: str) -> Judgement:
    """Return the judgement that a file is refused, with a reason for its owner."""
    return Judgement(state=FileState.REFUSED, reason=reason)


def judged(content: Fetched, *, name: str, purpose: Purpose) -> Judgement:
    """Judge the bytes. Raises ScannerUnavailable, ScanFailed, ImagingBusy."""
    try:
        content_type = _allowed_type(content, name=name, purpose=purpose)
        verdict = scan(content.steps, size_bytes=content.size_bytes)
        if verdict.outcome is Checked.INFECTED:
            return Judgement(
                state=FileState.INFECTED,
                sha256=content.sha256,
                content_type=content_type,
                reason=INFECTED_REASON,
                verdict=verdict,
            )
        picture = (
            inspect(content.whole())
            if purpose.is_image or content_type.startswith("image/")
            else None
        )
    except UnsafeContent as refused:
        return refusal(refused.detail)
    except PictureRefused as refused:
        return refusal(f"{refused.title}. {refused.detail}".strip())
    return Judgement(
        state=FileState.CLEAN,
        sha256=content.sha256,
        content_type=content_type,
        verdict=verdict,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
    )


def _allowed_type(content: Fetched, *, name: str, purpose: Purpose) -> str:
    """Return what the bytes are; raises UnsafeContent where the purpose does not allow that."""
    if content.size_bytes > purpose.limit_bytes:
        raise UnsafeContent(f"The file is larger than {purpose.limit_bytes} bytes.")
    content_type = content.content_type
    if is_zip_based(content_type):
        content.file.seek(0)
        content_type = inspect_archive(content.file)
    extension = extension_of(name)
    if not purpose.allows(extension, content_type) or _is_bare_zip(extension, content_type):
        raise UnsafeContent(
            f"A file named .{extension} with content of type {content_type} is not allowed here."
        )
    return content_type


def _is_bare_zip(extension: str, content_type: str) -> bool:
    """Tell whether a zip is called an office file, which it might have been until it was opened."""
    return content_type == "application/zip" and extension != "zip"
