"""Which ways a delivery may go from one state to the next: only forward, and never back."""

from collections.abc import Mapping

from apps.notifications.types import DeliveryState

_TOLD_BY_THE_APP = frozenset({DeliveryState.DELIVERED, DeliveryState.OPENED})

# The app's word goes over the provider's: what timed out, or whose answer died with its worker, may
# have arrived all the same.
_NEXT: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.QUEUED: _TOLD_BY_THE_APP
    | {
        *(DeliveryState.ACCEPTED, DeliveryState.FAILED),
        *(DeliveryState.RETIRED, DeliveryState.EXPIRED),
    },
    DeliveryState.ACCEPTED: _TOLD_BY_THE_APP,
    DeliveryState.FAILED: _TOLD_BY_THE_APP,
    DeliveryState.RETIRED: _TOLD_BY_THE_APP,
    DeliveryState.EXPIRED: _TOLD_BY_THE_APP,
    DeliveryState.DELIVERED: frozenset({DeliveryState.OPENED}),
    DeliveryState.OPENED: frozenset(),
}


def may_become(state: DeliveryState, following: DeliveryState) -> bool:
    """Tell whether a delivery may go from one state to the other in one step."""
    return following in _NEXT[state]


def before(state: DeliveryState) -> tuple[DeliveryState, ...]:
    """Return the states from which a delivery may come into this one."""
    return tuple(former for former, following in _NEXT.items() if state in following)
