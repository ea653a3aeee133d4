"""The number of a checkpoint: an integer that JavaScript holds, and that only we can make."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.keyring.models import Key
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, revoke_key
from apps.keyring.types import Purpose, State
from apps.sync.checkpoints import number_of, token_of
from apps.sync.errors import CheckpointInvalid

pytestmark = pytest.mark.django_db(transaction=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(user_id=st.integers(1, 2**62), number=st.integers(1, 2**33 - 1))
def test_every_number_comes_back_from_its_token(user_id: int, number: int) -> None:
    token = token_of(user_id, "phone", number)

    assert 0 < token < 2**53
    assert number_of(user_id, "phone", token) == number


def test_token_of_another_device_or_number_is_refused() -> None:
    token = token_of(17, "phone", 4711)

    with pytest.raises(CheckpointInvalid):
        number_of(18, "phone", token)
    with pytest.raises(CheckpointInvalid):
        number_of(17, "tablet", token)
    for other in (token ^ 1, token + 2**20, -token):
        with pytest.raises(CheckpointInvalid):
            number_of(17, "phone", other)


def test_token_outlives_the_rotation_of_keys_but_not_a_revocation() -> None:
    token = token_of(17, "phone", 4711)
    former = Key.objects.get(purpose=Purpose.SYNC_CHECKPOINT, state=State.ACTIVE)
    activate_key(kid=add_key(purpose=Purpose.SYNC_CHECKPOINT))
    ring.forget()

    assert number_of(17, "phone", token) == 4711
    assert token_of(17, "phone", 4711) != token
    revoke_key(kid=former.kid)
    ring.forget()
    with pytest.raises(CheckpointInvalid):
        number_of(17, "phone", token)
