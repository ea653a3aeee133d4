"""Who may ask for the bytes of a file."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.files.api.permissions import SignedInOrSigned

pytestmark = pytest.mark.django_db


def is_let_in(query: str, *, user: User | None = None) -> bool:
    request = Request(APIRequestFactory().get(f"/content?{query}"))
    if user:
        request.user = user
    return SignedInOrSigned().has_permission(request, APIView())


def test_who_is_signed_in_or_brings_a_signature_may_ask(owner: User) -> None:
    assert is_let_in("", user=owner)
    assert is_let_in("signature=x")
    assert not is_let_in("rendition=300")
