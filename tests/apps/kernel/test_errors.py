"""The error tree: every error has a code of its own, a title and a status."""

from apps.kernel.errors import AppError, Invalid, NotFound, catalogue


def test_codes_are_unique_and_complete() -> None:
    errors = catalogue()

    assert len({error.code for error in errors}) == len(errors)
    assert all(error.title and 400 <= error.status < 600 for error in errors)
    assert all(error.__doc__ for error in errors)


def test_error_speaks_by_its_detail_or_else_its_title() -> None:
    assert str(NotFound()) == "Not found"
    assert str(NotFound("No bell here.")) == "No bell here."


def test_fields_are_named_each_with_what_is_wrong() -> None:
    error = Invalid.naming(("name", "Give it one."), ("size", "At most 3."))

    assert isinstance(error, Invalid)
    assert error.detail == "Give it one. At most 3."
    assert error.errors == [
        {"field": "name", "code": "invalid", "detail": "Give it one."},
        {"field": "size", "code": "invalid", "detail": "At most 3."},
    ]


def test_headers_and_field_errors_are_copied() -> None:
    headers = {"Retry-After": "3"}

    error = AppError(headers=headers, errors=[{"field": "name"}])
    headers.clear()

    assert error.headers == {"Retry-After": "3"}
    assert error.errors == [{"field": "name"}]
