"""Reads of the keyring: which keys there are, never their material."""

from apps.kernel.errors import NotFound
from apps.keyring.models import Key
from apps.keyring.types import Algorithm, KeySummary, PublicKey, Purpose, State


def keys(*, purpose: Purpose | None = None) -> list[KeySummary]:
    """Every key, oldest first, of one purpose or of all."""
    rows = Key.objects.order_by("purpose", "id")
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    return [_summary(row) for row in rows]


def key(*, kid: str) -> KeySummary:
    """One key by its id; raises NotFound."""
    row = Key.objects.filter(kid=kid).first()
    if row is None:
        raise NotFound(f"There is no key {kid!r}; `manage.py keys list` shows those there are.")
    return _summary(row)


def public_keys(*, purpose: Purpose) -> list[PublicKey]:
    """The public half of every key of an asymmetric purpose that is not revoked, oldest first."""
    rows = Key.objects.filter(purpose=purpose).exclude(state=State.REVOKED).order_by("id")
    return [
        PublicKey(
            kid=row.kid,
            algorithm=Algorithm(row.algorithm),
            state=State(row.state),
            pem=row.public_material,
        )
        for row in rows
    ]


def _summary(key: Key) -> KeySummary:
    return KeySummary(
        kid=key.kid,
        purpose=Purpose(key.purpose),
        algorithm=Algorithm(key.algorithm),
        state=State(key.state),
        created_at=key.created_at,
        activated_at=key.activated_at,
        retiring_at=key.retiring_at,
        revoked_at=key.revoked_at,
    )
