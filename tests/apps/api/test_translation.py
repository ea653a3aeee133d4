"""Exceptions in the words of our error tree; `test_problems` has the whole table."""

from rest_framework.exceptions import APIException

from apps.api.errors import BadRequest, ServerError
from apps.api.translation import as_app_error


class Teapot(APIException):
    status_code = 418
    default_detail = "Short and stout."


def test_a_librarys_own_refusal_keeps_its_words() -> None:
    error = as_app_error(Teapot())

    assert isinstance(error, BadRequest)
    assert error.detail == "Short and stout."


def test_nothing_is_told_of_an_unexpected_exception() -> None:
    error = as_app_error(ValueError("SELECT secret FROM users"))

    assert isinstance(error, ServerError)
    assert "secret" not in error.detail
