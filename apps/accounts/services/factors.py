"""What happened to somebody's second factors and passkeys; allauth keeps them."""

from uuid import UUID

from django.db import transaction

from apps.accounts.events import (
    FactorAdded,
    FactorRemoved,
    PasskeyRefused,
    PasskeyRenamed,
    RecoveryCodesGenerated,
    RecoveryCodeUsed,
)
from apps.accounts.models import User
from apps.accounts.types import FactorKind
from apps.events.services import announce


@transaction.atomic
def record_added_factor(*, user_id: int, kind: FactorKind) -> None:
    """Announce FactorAdded for a factor that was just written."""
    public_id = _public_id(user_id)
    announce(FactorAdded(audience=(f"user:{public_id}",), user_id=public_id, kind=kind))


@transaction.atomic
def record_removed_factor(*, user_id: int, kind: FactorKind) -> None:
    """Announce FactorRemoved for a factor that was just deleted."""
    public_id = _public_id(user_id)
    announce(FactorRemoved(audience=(f"user:{public_id}",), user_id=public_id, kind=kind))


@transaction.atomic
def record_renamed_passkey(*, user_id: int) -> None:
    """Announce PasskeyRenamed for a name that was just written."""
    public_id = _public_id(user_id)
    announce(PasskeyRenamed(audience=(f"user:{public_id}",), user_id=public_id))


@transaction.atomic
def record_generated_codes(*, user_id: int) -> None:
    """Announce RecoveryCodesGenerated for codes that have just replaced all others."""
    public_id = _public_id(user_id)
    announce(RecoveryCodesGenerated(audience=(f"user:{public_id}",), user_id=public_id))


@transaction.atomic
def record_used_code(*, user_id: int, left: int) -> None:
    """Announce RecoveryCodeUsed for a code that was just consumed."""
    public_id = _public_id(user_id)
    announce(RecoveryCodeUsed(audience=(f"user:{public_id}",), user_id=public_id, left=left))


@transaction.atomic
def record_refused_passkey(*, user_id: int) -> None:
    """Announce PasskeyRefused for a passkey that seems to exist twice."""
    public_id = _public_id(user_id)
    announce(PasskeyRefused(audience=(f"user:{public_id}",), user_id=public_id))


def _public_id(user_id: int) -> UUID:
    return User.objects.values_list("public_id", flat=True).get(pk=user_id)
