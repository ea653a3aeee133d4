"""The words of files: states, what a purpose allows, what storage and scanners answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db.models import IntegerChoices, TextChoices


class FileState(TextChoices):
    """How far a file has come; only a clean one is ever signed, served or processed."""

    # Its bytes are all here; they wait to be looked through, also while the scanner is down.
    PENDING = "pending", "Being checked"
    CLEAN = "clean", "Clean"
    # Quarantined; nobody but an operator hears more than that.
    INFECTED = "infected", "Infected"
    # Not what its purpose allows; `reason` tells the owner why.
    REFUSED = "refused", "Refused"
    # Looking through it failed too often; an operator may ask for it again.
    ERROR = "error", "Could not be checked"


# What a file in another state has left was not its owner's to pay for.
TAKING_ROOM = frozenset({FileState.PENDING, FileState.CLEAN, FileState.ERROR})


class UploadState(TextChoices):
    """How far an upload has come."""

    RECEIVING = "receiving", "Receiving"
    COMPLETE = "complete", "Complete"


class Transport(TextChoices):
    """The way by which the bytes come."""

    TUS = "tus", "tus"
    # A multipart form, for small files.
    FORM = "form", "Form"
    # Straight to the storage, by a presigned URL.
    DIRECT = "direct", "Direct"


class Concatenation(TextChoices):
    """What an upload is to others (tus 1.0.0, extension concatenation)."""

    NONE = "", "Whole"
    PARTIAL = "partial", "Partial"
    FINAL = "final", "Final"


class Urgency(IntegerChoices):
    """Who waits for a rendition; the lower number goes first."""

    INTERACTIVE = 0, "Somebody is waiting"
    BULK = 10, "Nobody is waiting"


class RenditionState(TextChoices):
    """How far a rendition has come."""

    PENDING = "pending", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Disposition(StrEnum):
    """How a browser should take a download."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


class Checked(StrEnum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a scanner found, and by which engine and signatures."""

    outcome: Checked
    engine: str
    signatures: str
    # The signature's name, for operators; "" for a clean file.
    threat: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One pair that a purpose allows: a name's extension and what libmagic says of the bytes."""

    # Lower case, without the dot.
    extension: str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What files of one kind are for, and what they may be. Registered in `ports.purposes`."""

    # "avatar", "document"; clients name it.
    name: str
    title: str
    kinds: tuple[Kind, ...]
    limit_bytes: int
    # Every file must be a picture that decodes whole; thumbnails are made of it.
    is_image: bool = False
    # A browser may show it in place; anything else is only ever downloaded.
    inline: bool = False
    urgency: Urgency = Urgency.INTERACTIVE

    def allows(self, extension: str, content_type: str) -> bool:
        """Tell whether the purpose allows this pair."""
        return Kind(extension=extension, content_type=content_type) in self.kinds


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object as its storage lists it."""

    name: str
    size_bytes: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """What a client sends to the storage itself, before it expires."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Content:
    """Bytes to be served, and how."""

    storage: str
    object_name: str
    size_bytes: int
    content_type: str
    # Of the file's own bytes, also where these are a rendition of them.
    sha256: str
    # Names these bytes: any others have another one. Without the quotes that headers have.
    etag: str
    name: str
    # As type and purpose allow it.
    disposition: Disposition
    purpose: str = ""

    def given_as(self, asked: Disposition | None) -> Disposition:
        """Return how it is given to who asks so: never in place where that is not allowed."""
        return asked if asked and self.disposition is Disposition.INLINE else self.disposition


class ByteSource(Protocol):
    """Bytes from somewhere, in steps; what a socket or an open file is."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes; b"" at the end. Raises OSError when the sender is gone."""


class Storage(Protocol):
    """A place for objects. One file each in `storages`; one suite of tests holds them all equal.

    Names are made by `files.names` and never contain anything a client said. A name that is absent
    raises ObjectMissing; a storage that cannot be reached, or says no, raises StorageUnavailable.
    An object appears whole or not at all, and a second write under its name replaces it. What a
    source of bytes raises is raised as it is, and nothing is written.
    """

    @property
    def name(self) -> str:
        """``local``, ``s3`` or ``azure``; stands in the rows of what it holds."""

    @property
    def least_part_bytes(self) -> int:
        """How many bytes a part should have before it is written; 1 where it does not matter."""

    def put(self, name: str, source: ByteSource, *, content_type: str = "") -> int:
        """Write all that the source holds; return how many bytes that were."""

    def append(self, name: str, content: bytes, *, at: int) -> None:
        """Write at a place of a growing object, behind which nothing counts any more.

        Only where `can_append`; a place beyond the end raises ValueError.
        """

    def sync(self, name: str) -> None:
        """Make what was appended outlast a power cut; before it is recorded that it is here."""

    @property
    def can_append(self) -> bool:
        """Tell whether a part can grow (a file), or is written at once (an object)."""

    def read(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to, not including, ``end``, in steps of 256 KiB.

        Errors come with the first step. Who gives an ``end`` gets all bytes up to it: an object
        that is shorter was cut, and raises StorageUnavailable.
        """

    def size(self, name: str) -> int:
        """Return how many bytes an object has."""

    def compose(self, parts: Sequence["Part"], target: str) -> None:
        """Make one object of the first ``size_bytes`` of each part, in order; parts stay.

        A part that is shorter was cut, and raises StorageUnavailable.
        """

    def move(self, source: str, target: str) -> None:
        """Give an object another name; where only the target is left, it was moved before."""

    def delete(self, names: Sequence[str]) -> None:
        """Remove objects; absent ones are none of an error."""

    def names(self, prefix: str) -> Iterator[StoredObject]:
        """Yield all objects whose names begin so."""

    def local_path(self, name: str) -> Path | None:
        """Return where the object lies on this host, or None where it does not."""

    def signed_get(
        self, name: str, *, seconds: int, content_type: str, disposition: str
    ) -> str | None:
        """Return a URL that gives the object with these headers; None where it has no URLs."""

    def signed_put(
        self, name: str, *, seconds: int, size_bytes: int, content_type: str
    ) -> SignedRequest | None:
        """Return a request that writes so many bytes, once; None where it has no URLs.

        Not every server holds its client to the length, or to once: measure what came, and copy it
        out of the client's reach before it is looked through.
        """

    def check(self) -> None:
        """Raise StorageUnavailable where it cannot be used, as far as one cheap call tells."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of an upload as it lies in the storage."""

    object_name: str
    size_bytes: int


class Scanner(Protocol):
    """Looks for malware. One file each in `scanners`; FILES_SCANNERS names those in use."""

    @property
    def name(self) -> str:
        """``embedded``, ``clamav`` or ``cloud``."""

    def signatures(self) -> str:
        """Return the version of what it knows; raises ScannerUnavailable."""

    def scan(self, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
        """Read all bytes and say what they are; raises ScannerUnavailable. Never fails open."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What somebody wants to bring, in their own words: looked at, and not yet believed."""

    # "" where they did not say; partial uploads and some clients do not.
    name: str = ""
    purpose: str = ""
    scope: str = ""
    # Upload-Metadata as it came.
    metadata: str = ""


@dataclass(frozen=True, kw_only=True)
class UploadProgress:
    """How much of an upload is here."""

    id: UUID
    state: UploadState
    offset_bytes: int
    length_bytes: int | None
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """What a sweep found and removed; of a dry run, what it would have."""

    at: datetime
    is_dry_run: bool = False
    seconds: float = 0.0
    expired_uploads: int = 0
    # Of no file any more.
    unused_blobs: int = 0
    # Objects that no row knows.
    orphaned_objects: int = 0
    orphaned_bytes: int = 0
    # Infected ones whose time was over.
    quarantined_objects: int = 0
    # Users whose usage was not what their files take.
    usages_off: int = 0
    # Of clean blobs; nothing is done about them here.
    missing_objects: tuple[str, ...] = field(default=())
    # Those that did not answer.
    storages_away: tuple[str, ...] = field(default=())
    # The blob up to which objects were looked for; 0 where all were.
    looked_until: int = 0
