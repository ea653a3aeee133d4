"""What other apps plug in: the columns they keep encrypted; and where master keys come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from apps.kernel.registry import Registry
from apps.keyring.types import Purpose


@dataclass(frozen=True, kw_only=True)
class EncryptedColumn:
    """A text or binary column whose values come from `services.encrypt`; empty where unused.

    Plugged in, its rows are counted by key, and encrypted anew before a key is revoked.
    """

    # "<app>.<model>.<field>", for people.
    name: str
    purpose: Purpose
    # Every row of the table: ``Model.objects.all``.
    rows: Callable[[], QuerySet[Any]]
    field: str
    is_binary: bool = False
    # The context a row's value was encrypted with.
    context: Callable[[Any], bytes]


class MasterKeySource(Protocol):
    """Where the master keys are kept."""

    def read(self, *, is_anew: bool = False) -> tuple[str, ...]:
        """Return the master keys, the one that seals first; ``is_anew`` distrusts any memory.

        Raises MasterKeyMissing where there are none.
        """


encrypted_columns: Registry[EncryptedColumn] = Registry("encrypted column")
