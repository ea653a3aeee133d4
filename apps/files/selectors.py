"""Reads of files: whose they are, what of them may be served, and how much room they take."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.files.access import is_member
from apps.files.errors import NotReady, NotServed
from apps.files.models import Blob, File, Rendition, Sweep, Usage
from apps.files.ports import purposes
from apps.files.serving import disposition_of, is_picture, served_name, split_rendition
from apps.files.types import Content, FileState, RenditionState, SweepReport
from apps.kernel.errors import NotFound

# What a picture is given as, where nobody asks for another rendition of it: the same picture,
# without what its camera knew of the place and the person.
WHOLE = "full"
_UNSERVED = {
    FileState.PENDING: NotReady("The file is being checked; ask again in a moment."),
    FileState.ERROR: NotReady("The file could not be checked yet; it is tried again."),
    FileState.INFECTED: NotServed("The file was refused."),
}


def files_of(*, user_id: int) -> QuerySet[File]:
    """The files that a user brought."""
    return File.objects.filter(owner_id=user_id)


def files_in(scope: str, *, user_id: int) -> QuerySet[File]:
    """The files of a scope, for its members; for everybody else there are none."""
    return File.objects.filter(scope=scope) if _hears(scope, user_id) else File.objects.none()


def readable_file(file_id: UUID, *, user_id: int) -> File:
    """The file of that id, with owner and blob, if the user may read it now; raises NotFound."""
    file = File.objects.select_related("owner", "blob").filter(public_id=file_id).first()
    if file is None or not (file.owner_id == user_id or _hears(file.scope, user_id)):
        raise NotFound
    return file


def usage_of(*, user_id: int) -> Usage:
    """How much room a user takes; not saved where they never took any."""
    return Usage.objects.filter(user_id=user_id).first() or Usage(user_id=user_id)


def last_sweep() -> SweepReport | None:
    """What the last sweep found; None before the first."""
    sweep = Sweep.objects.order_by("-id").first()
    return report_of(sweep) if sweep else None


def report_of(sweep: Sweep) -> SweepReport:
    """What a sweep found, as it was kept."""
    told = {**sweep.report, "at": datetime.fromisoformat(sweep.report["at"])}
    for name in ("missing_objects", "storages_away"):
        told[name] = tuple(told[name])
    return SweepReport(**told)


def servable(file_id: UUID, *, rendition: str | None = None) -> Content:
    """What may be given to whoever may read the file: its bytes, or one of its renditions.

    ``rendition`` is a name with or without a format: ``300``, ``300.jpeg``. A picture without one
    is its rendition ``full``, never the bytes as they were brought: those may say where it was
    taken. Raises NotFound, NotReady or NotServed.
    """
    return served(_file(file_id), rendition=rendition)


def served(file: File, *, rendition: str | None = None) -> Content:
    """What may be given of a file; as `servable`, for who has its row with its blob."""
    blob = _clean(file)
    if rendition is None and not is_picture(blob.content_type):
        return _content(file, blob)
    return _rendered(file, blob, _ready(blob, rendition or WHOLE))


def processable(file_id: UUID) -> Content:
    """The bytes of a clean file as they were brought: to make others of, never to be given out.

    Raises NotFound, NotReady or NotServed.
    """
    file = _file(file_id)
    return _content(file, _clean(file))


def _hears(scope: str, user_id: int) -> bool:
    return bool(scope) and is_member(scope, user_id=user_id)


def _file(file_id: UUID) -> File:
    file = File.objects.select_related("blob").filter(public_id=file_id).first()
    if file is None:
        raise NotFound
    return file


def _clean(file: File) -> Blob:
    state = FileState(file.state)
    if state is FileState.REFUSED:
        raise NotServed(file.reason)
    if state is not FileState.CLEAN:
        raise _UNSERVED[state]
    # A blob that later signatures know is quarantined at once, whatever its files say yet.
    if file.blob is None or file.blob.state != FileState.CLEAN:
        raise _UNSERVED[FileState.INFECTED]
    return file.blob


def _ready(blob: Blob, wanted: str) -> Rendition:
    """Return the rendition that is wanted; in the format that most clients take if none is said."""
    name, format_name = split_rendition(wanted)
    made = Rendition.objects.filter(blob=blob, name=name)
    if format_name:
        made = made.filter(format=format_name)
    found = sorted(made, key=_preference)
    if not found:
        raise NotFound
    best = found[0]
    if best.state == RenditionState.PENDING:
        raise NotReady("The picture is being made; ask again in a moment.")
    if best.state == RenditionState.FAILED:
        raise NotServed(best.reason)
    return best


def _preference(rendition: Rendition) -> tuple[bool, bool]:
    # WebP is what every phone of the last years takes, and half the size of JPEG.
    return rendition.state != RenditionState.READY, rendition.format != "webp"


def _content(file: File, blob: Blob) -> Content:
    return Content(
        storage=blob.storage,
        object_name=blob.object_name,
        size_bytes=blob.size_bytes,
        content_type=blob.content_type,
        sha256=blob.sha256,
        etag=blob.sha256,
        name=file.name,
        disposition=disposition_of(blob.content_type, purpose=purposes.get(file.purpose)),
        purpose=file.purpose,
    )


def _rendered(file: File, blob: Blob, rendition: Rendition) -> Content:
    content_type = f"image/{rendition.format}"
    # It may be made anew under the same name, by another encoder.
    made = f"{rendition.object_name} {rendition.size_bytes} {rendition.updated_at.isoformat()}"
    return Content(
        storage=blob.storage,
        object_name=rendition.object_name,
        size_bytes=rendition.size_bytes or 0,
        content_type=content_type,
        sha256=blob.sha256,
        etag=hashlib.sha256(made.encode()).hexdigest(),
        name=served_name(file.name, rendition=rendition.name, format_name=rendition.format),
        disposition=disposition_of(content_type, purpose=purposes.get(file.purpose)),
        purpose=file.purpose,
    )
