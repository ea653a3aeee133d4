"""Every error a client can meet is on the page."""

from apps.kernel.errors import catalogue
from apps.kernel.reference.errors import errors_page


def test_every_error_has_its_row() -> None:
    rows = errors_page().splitlines()

    for error in catalogue():
        assert any(row.startswith(f"| `{error.code}` | {error.status} |") for row in rows)
