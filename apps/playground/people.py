"""The two people of the demo, whose phones the playground shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody who lives in the demo's building."""

    key: str
    name: str
    email: str


DANA = DemoPerson(key="dana", name="Dana Demo", email="demo@mainstay.local")
ELI = DemoPerson(key="eli", name="Eli Example", email="eli@mainstay.local")
PEOPLE: Mapping[str, DemoPerson] = MappingProxyType({each.key: each for each in (DANA, ELI)})
