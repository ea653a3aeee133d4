"""The steps of a key's life."""

import pytest

from apps.events.models import LogEntry
from apps.kernel.errors import NotFound
from apps.keyring.errors import KeyStateConflict
from apps.keyring.models import Key
from apps.keyring.services import activate_key, add_key, retire_key, revoke_key
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db


def test_steps_are_only_taken_forwards() -> None:
    kid = add_key(purpose=Purpose.JWT)

    with pytest.raises(KeyStateConflict):
        retire_key(kid=kid)
    activate_key(kid=kid)
    with pytest.raises(KeyStateConflict):
        activate_key(kid=kid)
    retire_key(kid=kid)
    revoke_key(kid=kid)
    for step in (activate_key, retire_key, revoke_key):
        with pytest.raises(KeyStateConflict):
            step(kid=kid)


def test_unknown_key_is_named() -> None:
    with pytest.raises(NotFound, match="AAAA"):
        revoke_key(kid="AAAA")


def test_each_step_is_announced_and_dated() -> None:
    kid = add_key(purpose=Purpose.JWT)
    activate_key(kid=kid)
    retire_key(kid=kid)
    revoke_key(kid=kid)

    steps = LogEntry.objects.filter(payload__kid=kid).order_by("position")
    assert [entry.topic for entry in steps] == [
        "keyring.key.added",
        "keyring.key.activated",
        "keyring.key.retired",
        "keyring.key.revoked",
    ]
    key = Key.objects.get(kid=kid)
    assert key.activated_at is not None
    assert key.retiring_at is not None
    assert key.revoked_at is not None
    assert key.activated_at < key.retiring_at < key.revoked_at
