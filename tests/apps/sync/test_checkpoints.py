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
@given(state_id=st.integers(1, 2**62), number=st.integers(1, 2**33 - 1))
def test_every_number_comes_back_from_its_token(state_id: int, number: int) -> None:
    token = token_of(state_id, number)

    assert 0 < token < 2**53
    assert number_of(state_id, token) == number


def test_token_of_another_device_or_number_is_refused() -> None:
    token = token_of(17, 4711)

    for state_id, other in ((18, token), (17, token ^ 1), (17, token + 2**20), (17, -token)):
        with pytest.raises(CheckpointInvalid):
            number_of(state_id, other)


def test_token_outlives_the_rotation_of_keys_but_not_a_revocation() -> None:
    token = token_of(17, 4711)
    former = Key.objects.get(purpose=Purpose.SYNC_CHECKPOINT, state=State.ACTIVE)
    activate_key(kid=add_key(purpose=Purpose.SYNC_CHECKPOINT))
    ring.forget()

    assert number_of(17, token) == 4711
    assert token_of(17, 4711) != token
    revoke_key(kid=former.kid)
    ring.forget()
    with pytest.raises(CheckpointInvalid):
        number_of(17, token)
