"""The operator's view of the keys."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.keyring.models import Key
from apps.keyring.services import add_key
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db


def test_staff_see_keys_but_never_their_material(client: Client, staff: User) -> None:
    key = Key.objects.get(kid=add_key(purpose=Purpose.SIGNED_URL))
    client.force_login(staff)

    listed = client.get("/admin/keyring/key/")
    shown = client.get(f"/admin/keyring/key/{key.pk}/change/")

    assert key.kid in listed.content.decode()
    assert shown.status_code == 200
    assert bytes(key.material).decode() not in shown.content.decode()


def test_nobody_changes_keys_in_the_admin(client: Client, staff: User) -> None:
    key = Key.objects.get(kid=add_key(purpose=Purpose.SIGNED_URL))
    client.force_login(staff)

    assert client.post(f"/admin/keyring/key/{key.pk}/change/", {}).status_code == 403
    assert client.post(f"/admin/keyring/key/{key.pk}/delete/", {}).status_code == 403
    assert client.get("/admin/keyring/key/add/").status_code == 403
