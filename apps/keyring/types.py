"""The words of the keyring: what keys are for, the states they pass, what a signature is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a key may be used for, and nothing else."""

    JWT = "jwt", "Access tokens"
    FIELD_ENCRYPTION = "field-encryption", "Field encryption"
    SIGNED_URL = "signed-url", "Signed URLs"
    IDEMPOTENT_ANSWER = "idempotent-answer", "Answers kept for repeated requests"
    WEBHOOK_SECRET = "webhook-secret", "Webhook secrets"
    WEBHOOK_SIGNATURE = "webhook-signature", "Asymmetric signatures of webhooks"
    PUSH_CREDENTIAL = "push-credential", "Credentials at push services"
    SYNC_CHECKPOINT = "sync-checkpoint", "Checkpoints of syncing devices"


class Algorithm(TextChoices):
    """How a key is used; bound to the key, never taken from what is to be verified."""

    ES256 = "ES256", "ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4)"
    A256GCM = "A256GCM", "AES-256 in Galois/counter mode (NIST SP 800-38D)"
    HMAC_SHA256 = "HMAC-SHA256", "HMAC with SHA-256 (RFC 2104)"
    ED25519 = "Ed25519", "Edwards-curve signatures on Curve25519 (RFC 8032)"


class State(TextChoices):
    """Where a key is in its life; it only moves forward."""

    # Known to every process, not used yet, so that nobody meets an unknown key later.
    NEXT = "next"
    # Signs and encrypts; at most one per purpose.
    ACTIVE = "active"
    # Still verifies and decrypts.
    RETIRING = "retiring"
    # Refused everywhere.
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A message authentication code and the key that made it."""

    kid: str
    value: bytes


# Returns the signature of a message.
Signer = Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """The half of a key that everybody may have."""

    kid: str
    algorithm: Algorithm
    state: State
    pem: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the re-encryption of a column is, in rows."""

    column: str
    # Encrypted by retiring keys when the run began.
    before: int
    moved: int
    left: int


@dataclass(frozen=True, kw_only=True)
class KeySummary:
    """What may be known of a key: everything but its material."""

    kid: str
    purpose: Purpose
    algorithm: Algorithm
    state: State
    created_at: datetime
    activated_at: datetime | None
    retiring_at: datetime | None
    revoked_at: datetime | None

    @property
    def since(self) -> datetime:
        """When the key entered its state."""
        times = (self.revoked_at, self.retiring_at, self.activated_at, self.created_at)
        return next(time for time in times if time is not None)
