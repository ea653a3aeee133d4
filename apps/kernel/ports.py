"""What other apps plug into the ground: pages of the reference, and checks of the doctor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from apps.kernel.registry import Registry


@dataclass(frozen=True)
class GeneratedFile:
    """A file of the source tree that is written from code, and never by hand."""

    # Path from the root of the source tree.
    name: str
    build: Callable[[], str]


@dataclass(frozen=True)
class Finding:
    """One thing the doctor looked at: what it saw and, where that is wrong, how to mend it."""

    what: str
    # Empty where all is well.
    cure: str = ""

    @property
    def is_well(self) -> bool:
        """Tell whether there is nothing to mend."""
        return not self.cure


class Examination(Protocol):
    """A part of the doctor's round. One that raises is reported as a finding of its own."""

    @property
    def name(self) -> str:
        """What it looks at, in a word or two."""

    @property
    def cure(self) -> str:
        """What to do where the examination itself is impossible."""

    def examine(self) -> Iterable[Finding]:
        """Return what was seen, good and bad."""


generated_files: Registry[GeneratedFile] = Registry("generated file")
examinations: Registry[Examination] = Registry("examination")
