"""What the keyring offers to others: the doctor's look at the keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.kernel.ports import Finding, examinations
from apps.keyring import masters
from apps.keyring.errors import MasterKeyMissing
from apps.keyring.models import Key
from apps.keyring.types import State


@dataclass(frozen=True)
class KeysExamination:
    """Whether the master keys at hand open every key that is still needed."""

    name: str = "keys"
    cure: str = "Reach the database first; the keys are in it."

    def examine(self) -> Iterator[Finding]:
        """Return one finding per key that is not revoked."""
        for key in Key.objects.exclude(state=State.REVOKED):
            yield _finding(key)


def _finding(key: Key) -> Finding:
    what = f"{key.purpose} key {key.kid} ({key.state})"
    try:
        masters.opened(bytes(key.material))
    except MasterKeyMissing as missing:
        return Finding(f"{what} cannot be opened", missing.detail)
    return Finding(f"{what} opens")


examinations.register(KeysExamination())
