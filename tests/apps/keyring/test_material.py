"""Key material at rest: only the master keys open it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.material import (
    ALGORITHMS,
    new_kid,
    new_material,
    private_key,
    seal,
    unseal,
)
from apps.keyring.types import Algorithm, Purpose
from tests.apps.keyring.master_keys import master_key


def test_every_purpose_has_an_algorithm() -> None:
    assert set(ALGORITHMS) == set(Purpose)


def test_material_is_opened_by_the_key_that_sealed_it_and_no_other() -> None:
    first, second = master_key(), master_key()

    sealed = seal(b"secret", master_keys=(first,))

    assert b"secret" not in sealed
    assert unseal(sealed, master_keys=(first,)) == b"secret"
    with pytest.raises(MasterKeyMissing, match="KEYRING_MASTER_KEY"):
        unseal(sealed, master_keys=(second,))


def test_former_master_key_still_opens_after_a_new_one_was_put_first() -> None:
    former, new = master_key(), master_key()
    sealed = seal(b"secret", master_keys=(former,))

    assert unseal(sealed, master_keys=(new, former)) == b"secret"


def test_first_master_key_seals() -> None:
    former, new = master_key(), master_key()

    sealed = seal(b"secret", master_keys=(new, former))

    assert unseal(sealed, master_keys=(new,)) == b"secret"


def test_asymmetric_material_has_a_public_half_and_symmetric_has_none() -> None:
    secret, public = new_material(Algorithm.ES256)
    other_secret, other_public = new_material(Algorithm.ED25519)
    key, nothing = new_material(Algorithm.A256GCM)

    curve_key = private_key(secret)
    assert isinstance(curve_key, EllipticCurvePrivateKey)
    assert curve_key.curve.name == "secp256r1"
    assert isinstance(private_key(other_secret), Ed25519PrivateKey)
    assert public.startswith("-----BEGIN PUBLIC KEY-----")
    assert other_public.startswith("-----BEGIN PUBLIC KEY-----")
    assert (len(key), nothing) == (32, "")


def test_key_ids_need_no_escaping_and_do_not_repeat() -> None:
    kids = {new_kid() for _ in range(1000)}

    assert len(kids) == 1000
    assert all(len(kid) == 12 and kid.replace("-", "").replace("_", "").isalnum() for kid in kids)
    assert not any(kid.startswith("-") for kid in kids)
