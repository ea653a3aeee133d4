"""The words of the image service: what is asked for, of which source, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from typing_extensions import override

from apps.imaging.types import Fit, Format, Position, Wanted


class AcceptClass(StrEnum):
    """The best format that a client takes; all that matters of its Accept header."""

    AVIF = "avif"
    WEBP = "webp"
    PLAIN = "plain"


class AskedFormat(StrEnum):
    """What a format is asked for as: one that is written, or the best that the client takes."""

    AUTO = "auto"
    WEBP = Format.WEBP
    JPEG = Format.JPEG
    PNG = Format.PNG
    GIF = Format.GIF
    AVIF = Format.AVIF


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How a picture is asked for; the format may be left to the client's Accept header."""

    width: int = 0
    height: int = 0
    fit: Fit = Fit.INSIDE
    position: Position = Position.CENTRE
    # "rrggbbaa"; "" keeps what is transparent.
    background: str = ""
    trim: int = 0
    quality: int = 80
    # None: the best that the client takes.
    format: Format | None = None
    may_enlarge: bool = False

    def wanted(self, chosen: Format) -> Wanted:
        """Return what is to be made, in a format that was chosen."""
        return Wanted(
            format=chosen,
            width=self.width,
            height=self.height,
            fit=self.fit,
            position=self.position,
            background=self.background,
            trim=self.trim,
            quality=self.quality,
            may_enlarge=self.may_enlarge,
        )


@dataclass(frozen=True)
class OwnFile:
    """A picture among the files that people brought."""

    file_id: UUID

    @property
    def id(self) -> str:
        """What it is called in keys."""
        return f"file/{self.file_id}"

    @property
    def tag(self) -> str:
        """What forgets all pictures of it."""
        return f"file-{self.file_id}"


@dataclass(frozen=True)
class Remote:
    """A picture at somebody else's address."""

    url: str

    @property
    def id(self) -> str:
        """What it is called in keys, which hold no addresses: those may name people."""
        return f"remote/{sha256(self.url.encode()).hexdigest()[:40]}"

    @property
    def tag(self) -> str:
        """What forgets all pictures of it."""
        return self.id.replace("/", "-")


Source = OwnFile | Remote


@dataclass(frozen=True, order=True)
class Origin:
    """Scheme, host and port (RFC 6454): what is compared, never a part of a text."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return the origin of an http or https URL; raises ValueError for any other."""
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        if not port or not parts.hostname or parts.username is not None:
            raise ValueError("The URL must be http or https, with a host and without a user.")
        return cls(parts.scheme, parts.hostname.rstrip("."), port)

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it was read; equal requests are equal, however they were written."""

    source: Source
    parameters: Parameters
    # Stands for the parameters; "" for none.
    preset: str = ""
    # Seconds since 1970; 0 for ever.
    expires: int = 0
    # "<key id>.<base64url>".
    signature: str = ""
    # The name of a picture to be given in place of an error; "" for none.
    fallback: str = ""
    # By the predecessor's pattern, which the operator has let in as it is.
    is_of_predecessor: bool = False

    def with_parameters(self, parameters: Parameters) -> "Asked":
        """Return the request with what its preset stands for."""
        return replace(self, parameters=parameters)


@dataclass(frozen=True, kw_only=True)
class Original:
    """A source as it is now; its version is the SHA-256 of its bytes."""

    source_id: str
    version: str
    content_type: str
    size_bytes: int
    # Of a remote one, for asking whether it has changed.
    url: str = ""
    etag: str = ""
    # Of an own file, for whether a preset alone opens it.
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class NamedParameters:
    """A preset: parameters under a name, which anybody may ask for without a signature."""

    name: str
    title: str
    parameters: Parameters


@dataclass(frozen=True, kw_only=True)
class FallbackPicture:
    """A picture given in place of an error, in the size that was asked for."""

    name: str
    title: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class MediaRequest:
    """What matters of an HTTP request; the path and the query as they stand in it."""

    path: str
    query: str = ""
    accept: str = ""
    if_none_match: str = ""
    method: str = "GET"
    has_credentials: bool = False
    # The server in front did not find the file that an answer named.
    is_in_full: bool = False
    # Its remote source has no place for one more who waits: given is what is remembered.
    is_at_hand_only: bool = False


@dataclass(frozen=True, kw_only=True)
class MediaAnswer:
    """What is answered, by whichever server."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    # "" where there is no picture that could be had again.
    key: str = ""
    # For metrics: "hit", "made", "stale", "not_modified", "fallback", "refused", "failed".
    outcome: str = ""
    # The same request may be given the same for so long, unless something is forgotten.
    repeatable_seconds: float = 0.0

    def with_header(self, name: str, value: str) -> "MediaAnswer":
        """Return the answer with one more header."""
        return replace(self, headers={**self.headers, name: value})
