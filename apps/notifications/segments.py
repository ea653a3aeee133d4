"""The segment that needs no other app: people by what accounts knows of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.accounts.selectors import active_ids_after
from apps.kernel.errors import Invalid
from apps.notifications.ports import Segment


def people(arguments: Mapping[str, Any], after: int, limit: int) -> Sequence[int]:
    """Return who may sign in, be it of some tiers alone; raises Invalid."""
    tiers = arguments.get("tiers", [])
    is_list = isinstance(tiers, list) and all(isinstance(tier, str) for tier in tiers)
    if set(arguments) - {"tiers"} or not is_list:
        detail = 'The segment "people" takes nothing but "tiers", a list such as ["premium"].'
        raise Invalid.naming(("arguments", detail))
    return active_ids_after(after, limit=limit, tiers=tiers)


PEOPLE = Segment(name="people", about="Everybody who may sign in; `tiers`.", user_ids=people)
