"""What the keyring announces: each step in the life of a key."""

from apps.events.types import Event


class KeyAdded(Event, topic="keyring.key.added"):
    """A key was made and is known, but not used yet."""

    kid: str
    purpose: str


class KeyActivated(Event, topic="keyring.key.activated"):
    """A key signs and encrypts from now on."""

    kid: str
    purpose: str


class KeyRetired(Event, topic="keyring.key.retired"):
    """A key only verifies and decrypts from now on."""

    kid: str
    purpose: str


class ColumnReencrypted(Event, topic="keyring.column.reencrypted"):
    """A run of re-encryption ended; what is left can still only be read with a retiring key."""

    column: str
    purpose: str
    moved: int
    left: int


class KeyRevoked(Event, topic="keyring.key.revoked"):
    """A key is refused everywhere from now on."""

    kid: str
    purpose: str
