"""The life of keys: made, activated, retired, revoked; each step is announced and logged."""

import structlog
from django.db import IntegrityError, transaction

from apps.events.selectors import horizon_age_seconds
from apps.events.services import announce
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.keyring import masters, material
from apps.keyring.columns import rows_by_kid
from apps.keyring.errors import KeyInUse, KeyStateConflict
from apps.keyring.events import KeyActivated, KeyAdded, KeyRetired, KeyRevoked
from apps.keyring.models import Key
from apps.keyring.ports import encrypted_columns
from apps.keyring.ring import FRESH_SECONDS, ring
from apps.keyring.types import Purpose, State

_log = structlog.get_logger("keyring")

# What can be done with a key that is in a state from which the wanted step cannot be taken.
_CURES = {
    State.NEXT: "Activate it, or revoke it if nobody needs it.",
    State.ACTIVE: "It is in use already; add and activate another key to replace it.",
    State.RETIRING: "It is never used for new things again; add another key, or revoke this one.",
    State.REVOKED: "That is final; add another key.",
}


@transaction.atomic
def add_key(*, purpose: Purpose) -> str:
    """Make a key that every process learns of before it is used; return its id.

    Announces KeyAdded.
    """
    key = _made(purpose, State.NEXT)
    announce(KeyAdded(kid=key.kid, purpose=purpose))
    return key.kid


@transaction.atomic
def activate_key(*, kid: str) -> None:
    """Let a key sign and encrypt from now on; the one before it only verifies and decrypts.

    Raises KeyStateConflict unless the key is ``next``. Announces KeyRetired and KeyActivated.
    """
    key = _locked(kid)
    _expect(key, State.NEXT)
    for former in Key.objects.filter(purpose=key.purpose, state=State.ACTIVE):
        _retire(former)
    _move(key, State.ACTIVE)
    announce(KeyActivated(kid=kid, purpose=key.purpose))


@transaction.atomic
def retire_key(*, kid: str) -> None:
    """Let the active key only verify and decrypt; the next use of its purpose makes a new one.

    Raises KeyStateConflict unless the key is ``active``. Announces KeyRetired.
    """
    key = _locked(kid)
    _expect(key, State.ACTIVE)
    _retire(key)


@transaction.atomic
def revoke_key(*, kid: str, is_forced: bool = False) -> None:
    """Refuse a key everywhere, in less than a second. What it encrypted cannot be read again.

    Raises KeyStateConflict if it is revoked already and, unless forced, KeyInUse while rows are
    encrypted with it or may be so by a transaction that is still open. Announces KeyRevoked.
    """
    key = _locked(kid)
    _expect(key, State.NEXT, State.ACTIVE, State.RETIRING)
    if not is_forced:
        _refuse_if_needed(key)
    _move(key, State.REVOKED)
    announce(KeyRevoked(kid=kid, purpose=key.purpose))


def make_first_key(*, purpose: Purpose) -> None:
    """Make the active key of a purpose that has none; harmless if another process was faster."""
    try:
        with transaction.atomic():
            key = _made(purpose, State.ACTIVE)
            announce(KeyActivated(kid=key.kid, purpose=purpose))
    except IntegrityError:
        # Another process was first; the unique constraint let only one of us through.
        return


def _made(purpose: Purpose, state: State) -> Key:
    algorithm = material.ALGORITHMS[purpose]
    secret, public = material.new_material(algorithm)
    key = Key.objects.create(
        purpose=purpose,
        kid=material.new_kid(),
        algorithm=algorithm,
        state=state,
        material=masters.sealed(secret),
        public_material=public,
        activated_at=clock.now() if state is State.ACTIVE else None,
    )
    _log.info("key.made", kid=key.kid, purpose=purpose, state=state)
    return key


def _locked(kid: str) -> Key:
    purpose = Key.objects.filter(kid=kid).values_list("purpose", flat=True).first()
    # All keys of the purpose, in one order, so that two operators cannot activate two keys.
    keys = Key.objects.select_for_update().filter(purpose=purpose).order_by("id")
    for key in keys:
        if key.kid == kid:
            return key
    raise NotFound(f"There is no key {kid!r}; `manage.py keys list` shows those there are.")


def _expect(key: Key, *states: State) -> None:
    if key.state not in states:
        wanted = " or ".join(states)
        raise KeyStateConflict(
            f"Key {key.kid} is {key.state}; this step needs {wanted}. {_CURES[State(key.state)]}"
        )


def _refuse_if_needed(key: Key) -> None:
    guests = [column for column in encrypted_columns if column.purpose == key.purpose]
    rows = sum(rows_by_kid(column).get(key.kid, 0) for column in guests)
    if rows:
        raise KeyInUse(
            f"{rows} rows can be read with key {key.kid} only: once it is retiring, run `manage.py "
            f"keys reencrypt --purpose {key.purpose}`. --force revokes it and loses them."
        )
    if guests and key.state != State.NEXT and not _has_settled(key):
        raise KeyInUse(
            f"Key {key.kid} may be encrypting at this moment: activate another key if it is "
            "active, then wait until every transaction begun before that has ended, and try again."
        )


def _has_settled(key: Key) -> bool:
    """Tell whether nobody can still be about to commit what the key encrypted."""
    if key.retiring_at is None:
        return False
    retiring_for = (clock.now() - key.retiring_at).total_seconds()
    return retiring_for > horizon_age_seconds() + 2 * FRESH_SECONDS


def _retire(key: Key) -> None:
    _move(key, State.RETIRING)
    announce(KeyRetired(kid=key.kid, purpose=key.purpose))


def _move(key: Key, state: State) -> None:
    key.state = state
    setattr(key, f"{state}_at" if state != State.ACTIVE else "activated_at", clock.now())
    key.save()
    transaction.on_commit(ring.forget)
    _log.info("key.moved", kid=key.kid, purpose=key.purpose, state=state)
