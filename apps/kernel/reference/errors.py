"""The page of all errors a client can meet."""

from apps.kernel.errors import AppError, catalogue
from apps.kernel.reference.markdown import code, first_line, page, table


def errors_page() -> str:
    """Return the error catalogue, as `/api/v1/errors/` serves it."""
    return page(
        "Errors",
        "Every refusal is an RFC 9457 problem document (`application/problem+json`) whose `code` "
        "is one of these. Codes never change their meaning; titles and details are for people.",
        table(("Code", "Status", "Title", "When"), [_row(error) for error in catalogue()]),
    )


def _row(error: type[AppError]) -> tuple[str, int, str, str]:
    return code(error.code), error.status, error.title, first_line(error)
