"""Public keys in the form others read."""

import jwt
import pytest

from apps.keyring.jwks import jwk
from apps.keyring.material import new_material, private_key
from apps.keyring.types import Algorithm, PublicKey, State


def test_what_the_private_half_signs_is_verified_with_the_published_half() -> None:
    secret, pem = new_material(Algorithm.ES256)
    token = jwt.encode({"sub": "a"}, private_key(secret), algorithm="ES256")

    shown = jwk(PublicKey(kid="kid-1", algorithm=Algorithm.ES256, state=State.ACTIVE, pem=pem))

    assert jwt.decode(token, jwt.PyJWK(shown), algorithms=["ES256"]) == {"sub": "a"}
    assert {name: shown[name] for name in ("kid", "use", "alg", "kty", "crv")} == {
        "kid": "kid-1",
        "use": "sig",
        "alg": "ES256",
        "kty": "EC",
        "crv": "P-256",
    }


def test_private_half_is_not_shown() -> None:
    _, pem = new_material(Algorithm.ES256)

    assert "d" not in jwk(
        PublicKey(kid="kid-1", algorithm=Algorithm.ES256, state=State.ACTIVE, pem=pem)
    )


def test_other_kinds_of_key_are_not_shown() -> None:
    with pytest.raises(ValueError, match="PEM"):
        jwk(PublicKey(kid="kid-1", algorithm=Algorithm.A256GCM, state=State.ACTIVE, pem=""))
