"""The number that a client holds: the checkpoint's own, and a tag that says it was given to it."""

from apps.keyring import services as keyring
from apps.keyring.types import Purpose
from apps.sync.errors import CheckpointInvalid

# JavaScript's integers are exact below 2^53: 33 bits are left for the number.
TAG_BITS = 20
_MOST = 2**53


def token_of(user_id: int, installation_id: str, number: int) -> int:
    """Return the integer that stands for a device's checkpoint of that number."""
    return number << TAG_BITS | next(_tags(user_id, installation_id, number))


def number_of(user_id: int, installation_id: str, token: int) -> int:
    """Return the number of a device's checkpoint; raises CheckpointInvalid for any other integer.

    The tag tells a mistake from a checkpoint that is no longer kept, also of a device that was
    forgotten. It guards nothing else: a checkpoint is looked up among those of the device.
    """
    number, tag = token >> TAG_BITS, token & (2**TAG_BITS - 1)
    if not 0 < token < _MOST or tag not in set(_tags(user_id, installation_id, number)):
        raise CheckpointInvalid
    return number


def _tags(user_id: int, installation_id: str, number: int) -> "map[int]":
    message = f"sync/v1\n{user_id}\n{installation_id}\n{number}".encode()
    return map(_tag, keyring.codes(purpose=Purpose.SYNC_CHECKPOINT, message=message))


def _tag(code: bytes) -> int:
    return int.from_bytes(code[:4]) >> (32 - TAG_BITS)
