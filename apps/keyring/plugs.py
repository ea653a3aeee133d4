"""What the keyring offers to others: the doctor's look at the keys, and their ages."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.api.ports import answer_ciphers
from apps.console.ports import Chart, charts
from apps.console.types import Kind
from apps.kernel.ports import Finding, examinations
from apps.keyring import masters
from apps.keyring.errors import MasterKeyMissing
from apps.keyring.kept_answers import KEPT_ANSWERS, KeyringCipher
from apps.keyring.models import Key
from apps.keyring.overview import ages_reading
from apps.keyring.ports import encrypted_columns
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
charts.register(
    Chart(
        name="keys",
        title="Key ages",
        about="How long the key in use of each purpose has been so; rotate it within a year.",
        kind=Kind.NUMBER,
        place=60,
        read=ages_reading,
    )
)
answer_ciphers.register(KeyringCipher())
encrypted_columns.register(KEPT_ANSWERS)
