"""What belongs to somebody leaves as private, whatever its view has declared."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.cdn.middleware import PublicWithoutCredentialsMiddleware


@pytest.mark.parametrize("sets_cookie", [True, False])
def test_public_answer_with_a_cookie_is_made_private(*, sets_cookie: bool) -> None:
    def view(_: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers={"Cache-Control": "public, max-age=60", "Cache-Tag": "a"})
        if sets_cookie:
            response.set_cookie("a", "b")
        return response

    answer = PublicWithoutCredentialsMiddleware(view)(RequestFactory().get("/"))

    said = answer.headers["Cache-Control"]
    assert said == ("private, max-age=60" if sets_cookie else "public, max-age=60")
    assert ("Cache-Tag" in answer.headers) is not sets_cookie


def test_answer_that_says_nothing_of_caches_is_left_alone() -> None:
    answer = PublicWithoutCredentialsMiddleware(lambda _: HttpResponse())(
        RequestFactory().get("/", headers={"Authorization": "Bearer x"})
    )

    assert "Cache-Control" not in answer.headers
