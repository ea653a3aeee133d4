"""A software authenticator: keeps passkeys as a phone does, and signs with them (WebAuthn 2)."""

import os
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = f"https://{urlsplit(settings.BASE_URL).hostname}"
_FLAG = AuthenticatorData.FLAG


class Passkey:
    """A discoverable credential on P-256, of one user at one relying party."""

    def __init__(self, *, origin: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(32)
        self._origin = origin
        self._user_handle = ""
        # How often it has signed; 0 for one that does not count.
        self.count = 1

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer creation options, having seen the user's finger."""
        asked = options["publicKey"]
        self._user_handle = asked["user"]["id"]
        public = cast("Any", ES256).from_cryptography_key(self._key.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        about = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()).digest(),
            _FLAG.UP | _FLAG.UV | _FLAG.AT,
            0,
            bytes(made),
        )
        attestation = AttestationObject.create("none", about, {})
        told = self._client_data("webauthn.create", asked["challenge"])
        return self._credential(
            {"clientDataJSON": told, "attestationObject": websafe_encode(attestation)},
            clientExtensionResults={"credProps": {"rk": True}},
        )

    def sign(self, options: dict[str, Any], *, verified: bool = True) -> dict[str, Any]:
        """Answer request options, by default having seen the user's finger."""
        asked = options["publicKey"]
        flags = _FLAG.UP | _FLAG.UV if verified else _FLAG.UP
        host = sha256(asked["rpId"].encode()).digest()
        about = AuthenticatorData.create(host, flags, self.count)
        self.count += bool(self.count)
        told = self._client_data("webauthn.get", asked["challenge"])
        signed = bytes(about) + sha256(websafe_decode(told)).digest()
        return self._credential(
            {
                "clientDataJSON": told,
                "authenticatorData": websafe_encode(about),
                "signature": websafe_encode(self._key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": self._user_handle,
            }
        )

    def _client_data(self, ceremony: str, challenge: str) -> str:
        told = CollectedClientData.create(ceremony, challenge, self._origin)
        return websafe_encode(told)

    def _credential(self, response: dict[str, Any], **more: Any) -> dict[str, Any]:
        name = websafe_encode(self._id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, **more}
