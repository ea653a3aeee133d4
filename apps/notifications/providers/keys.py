"""The keys and settings of accounts: which ones each service wants, and whether they are any."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from apps.notifications.errors import AccountRefused
from apps.notifications.providers.fcm_token import read_service_account
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.types import PushService

# What must be there, and what may.
_NAMES: Mapping[PushService, tuple[frozenset[str], frozenset[str]]] = {
    PushService.FCM: (frozenset({"project_id"}), frozenset({"api_url"})),
    PushService.APNS: (
        frozenset({"team_id", "key_id"}),
        frozenset({"environment", "topic", "host", "ca_file"}),
    ),
    PushService.WEB_PUSH: (frozenset({"subject"}), frozenset({"public_key"})),
}
ENVIRONMENTS = ("production", "sandbox")


def checked_config(service: PushService, config: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of an account; raises AccountRefused, which names what is wrong."""
    needed, optional = _NAMES[service]
    given = {name: str(value) for name, value in config.items() if value}
    if missing := sorted(needed - given.keys()):
        raise AccountRefused(f"An account at {service.label} needs {', '.join(missing)}.")
    if unknown := sorted(given.keys() - needed - optional):
        raise AccountRefused(f"An account at {service.label} has no {', '.join(unknown)}.")
    if given.get("environment", ENVIRONMENTS[0]) not in ENVIRONMENTS:
        raise AccountRefused(f"The environment must be one of {', '.join(ENVIRONMENTS)}.")
    if service is PushService.WEB_PUSH and not given["subject"].startswith(("mailto:", "https:")):
        raise AccountRefused("The subject must be a mailto: or https: address (RFC 8292).")
    return given


def checked_secret(
    service: PushService, config: Mapping[str, str], secret: bytes
) -> dict[str, str]:
    """Return an account's settings with what its secret says of itself; raises AccountRefused."""
    if service is PushService.FCM:
        try:
            described, _ = read_service_account(secret)
        except MintingFailed as failure:
            raise AccountRefused(failure.reason) from failure
        return checked_config(service, {"project_id": described.get("project_id", ""), **config})
    key = _key_on_p256(secret)
    if service is PushService.WEB_PUSH:
        config = {**config, "public_key": _shown(key)}
    return checked_config(service, config)


def new_vapid_key() -> str:
    """Return a new private key for Web Push in PEM."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def _key_on_p256(secret: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(secret, password=None)
    except (ValueError, TypeError) as error:
        raise AccountRefused("The secret is no private key in PEM.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise AccountRefused("The private key is not one on the curve P-256.")
    return key


def _shown(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as browsers want it to subscribe."""
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return urlsafe_b64encode(point).rstrip(b"=").decode()
