"""Personal data, declared field by field on every model; `checks` refuses a model without.

What is declared here is what an export shows and an erasure removes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# export+erase: shown to the person, removed with the person.
# erase: never shown (a secret or a hash), removed with the person.
# keep: shown, kept after erasure for the reason the model's docstring states.
Treatment = Literal["export+erase", "erase", "keep"]


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Which fields of a model are personal, how each is treated, and whose they are."""

    # Path to the user the row is about ("", if the row is about nobody).
    subject: str = ""
    personal: Mapping[str, Treatment] = field(default_factory=dict)
    # The other fields, named so that a new field forces the question.
    impersonal: tuple[str, ...] = ()

    @property
    def declared(self) -> frozenset[str]:
        """Every field name the declaration covers."""
        return frozenset(self.personal) | frozenset(self.impersonal)
