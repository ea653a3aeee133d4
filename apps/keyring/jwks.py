"""Public keys as others read them: a JSON Web Key Set (RFC 7517)."""

from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from apps.keyring.types import PublicKey


def jwk(key: PublicKey) -> dict[str, Any]:
    """Return a key that verifies, as a JSON Web Key (RFC 7518 section 6.2)."""
    public = serialization.load_pem_public_key(key.pem.encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    coordinates = ECAlgorithm.to_jwk(public, as_dict=True)
    return {**coordinates, "kid": key.kid, "use": "sig", "alg": key.algorithm.value}
