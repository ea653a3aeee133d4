"""Purposes by their names, and what they allow before a byte is here."""

from django.conf import settings

from apps.files.errors import TooLarge, TypeNotAllowed, UnknownPurpose
from apps.files.file_names import extension_of
from apps.files.ports import purposes
from apps.files.types import Purpose


def known_purpose(name: str) -> Purpose:
    """Return a purpose, the one of FILES_DEFAULT_PURPOSE for ""; raises UnknownPurpose."""
    purpose = purposes.get(name or settings.FILES_DEFAULT_PURPOSE)
    if purpose is None:
        known = ", ".join(each.name for each in purposes)
        raise UnknownPurpose.naming(("purpose", f"The purposes known here: {known}."))
    return purpose


def largest_limit() -> int:
    """Return how many bytes any file may have, whatever it is for."""
    return max((purpose.limit_bytes for purpose in purposes), default=0)


def refuse_by_name(purpose: Purpose, name: str) -> None:
    """Raise TypeNotAllowed where no file with such an extension is for the purpose."""
    extensions = sorted({kind.extension for kind in purpose.kinds})
    if name and extension_of(name) not in extensions:
        raise TypeNotAllowed.naming(("filename", f"Allowed here: {', '.join(extensions)}."))


def refuse_by_size(purpose: Purpose, size_bytes: int) -> None:
    """Raise TooLarge where the purpose allows no file of so many bytes."""
    if size_bytes > purpose.limit_bytes:
        raise TooLarge(f"A file for {purpose.name} has at most {purpose.limit_bytes} bytes.")


def refuse_by_type(purpose: Purpose, name: str, content_type: str) -> str:
    """Return the name, one of its type where there is none; raises TypeNotAllowed."""
    fitting = [kind for kind in purpose.kinds if kind.content_type == content_type]
    if not name and fitting:
        return f"file.{fitting[0].extension}"
    if extension_of(name) not in {kind.extension for kind in fitting}:
        raise TypeNotAllowed(f"For {purpose.name} this may not be {content_type}.")
    return name
