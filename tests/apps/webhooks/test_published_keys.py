"""The platform's public keys as receivers read them."""

from base64 import b64decode, urlsafe_b64decode

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from apps.keyring.material import new_material, private_key
from apps.keyring.types import Algorithm, PublicKey, State
from apps.webhooks.published_keys import published


def test_both_forms_verify_what_the_private_half_signs() -> None:
    secret, pem = new_material(Algorithm.ED25519)
    key = published(PublicKey(kid="kid-1", algorithm=Algorithm.ED25519, state=State.NEXT, pem=pem))

    assert (key["kid"], key["state"]) == ("kid-1", "next")
    raw = b64decode(key["public_key"].removeprefix("whpk_"))
    assert urlsafe_b64decode(key["jwk"]["x"] + "=") == raw
    token = jwt.encode({"sub": "a"}, private_key(secret), algorithm="EdDSA")
    assert jwt.decode(token, jwt.PyJWK(key["jwk"]), algorithms=["EdDSA"]) == {"sub": "a"}
    assert Ed25519PublicKey.from_public_bytes(raw)
    assert "d" not in key["jwk"]
