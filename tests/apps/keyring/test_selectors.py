"""Reads of the keyring."""

import dataclasses

import pytest

from apps.keyring.selectors import keys, public_keys
from apps.keyring.services import activate_key, add_key, revoke_key
from apps.keyring.types import Algorithm, Purpose, State

pytestmark = pytest.mark.django_db


def test_keys_are_listed_without_their_material() -> None:
    kid = add_key(purpose=Purpose.JWT)

    (summary,) = [key for key in keys(purpose=Purpose.JWT) if key.kid == kid]

    assert (summary.algorithm, summary.state) == (Algorithm.ES256, State.NEXT)
    assert not {field.name for field in dataclasses.fields(summary)} & {"material", "secret"}


def test_public_halves_of_all_but_revoked_keys_can_be_read() -> None:
    purpose = Purpose.WEBHOOK_SIGNATURE
    revoked, active, following = (add_key(purpose=purpose) for _ in range(3))
    activate_key(kid=revoked)
    activate_key(kid=active)
    revoke_key(kid=revoked)

    found = {key.kid: key for key in public_keys(purpose=purpose)}

    assert revoked not in found
    assert (found[active].state, found[following].state) == (State.ACTIVE, State.NEXT)
    assert found[active].pem.startswith("-----BEGIN PUBLIC KEY-----")
