"""The error tree: every error a client can meet is a subclass of `AppError` with a code."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self


class AppError(Exception):
    """Base of all errors that leave Mainstay as an RFC 9457 problem.

    A subclass states its ``code`` (``<app>.<what_is_wrong>``), ``title`` and HTTP ``status``;
    an instance adds a detail for this occurrence, errors per field, and response headers.
    """

    code: ClassVar[str] = ""
    title: ClassVar[str] = ""
    status: ClassVar[int] = 400

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    @classmethod
    def naming(cls, *flaws: tuple[str, str]) -> Self:
        """Return the error that names these fields, each with what is wrong with it."""
        return cls(
            " ".join(detail for _, detail in flaws),
            errors=[
                {"field": field, "code": "invalid", "detail": detail} for field, detail in flaws
            ],
        )


class NotFound(AppError):
    """What was asked for does not exist, or is not for the one who asks."""

    code = "kernel.not_found"
    title = "Not found"
    status = 404


class Forbidden(AppError):
    """The one who asks may see it, but may not do this."""

    code = "kernel.forbidden"
    title = "Not allowed"
    status = 403


class Invalid(AppError):
    """The input breaks a rule; ``errors`` names each field and what it should be."""

    code = "kernel.invalid"
    title = "Invalid input"
    status = 400


class Conflict(AppError):
    """The present state does not allow this change."""

    code = "kernel.conflict"
    title = "Conflict"
    status = 409


class Unavailable(AppError):
    """Something this request needs is down or full; trying again later may help."""

    code = "kernel.unavailable"
    title = "Temporarily unavailable"
    status = 503


def catalogue() -> list[type[AppError]]:
    """Every declared error, sorted by its code."""
    return sorted(_descendants(AppError), key=lambda error: error.code)


def _descendants(base: type[AppError]) -> Iterator[type[AppError]]:
    for subclass in base.__subclasses__():
        if subclass.code:
            yield subclass
        yield from _descendants(subclass)
