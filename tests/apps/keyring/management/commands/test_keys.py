"""``manage.py keys``."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.keyring.models import Key
from apps.keyring.services import add_key
from apps.keyring.types import Purpose


@pytest.mark.django_db
def test_keys_are_listed_with_their_state_and_without_material() -> None:
    kid = add_key(purpose=Purpose.SIGNED_URL)
    printed = StringIO()

    call_command("keys", "list", "--purpose", "signed-url", stdout=printed)

    (line,) = [line for line in printed.getvalue().splitlines() if kid in line]
    assert line.split()[:4] == ["signed-url", kid, "HMAC-SHA256", "next"]
    assert bytes(Key.objects.get(kid=kid).material).decode() not in printed.getvalue()
