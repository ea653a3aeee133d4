"""A scene: how the owner comes to have a row behind a route with an id, and what others see.

Each app tells its own in ``tests/apps/<app>/scenes.py``; `scenes` collects them. A new route with
an id fails `test_every_route_with_an_id_has_a_scene` until it stands there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import UUID

from apps.accounts.models import User

Identifiers = Mapping[str, UUID]

NOTHING = frozenset({404})
# Sees the surroundings, but may not do this to the owner's rows.
MAY_NOT = frozenset({403})
SEES = frozenset({200})


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One route with an id; the stranger never finds anything there."""

    # Makes the owner's row (the team mate let in where there is such a thing) and returns what
    # the path's parameters are.
    set_up: Callable[[User, User], Identifiers]
    # What the team mate is answered to the route's first method.
    teammate: frozenset[int] = NOTHING
    # Staff works in the admin; the API makes no difference to them.
    staff: frozenset[int] = NOTHING


def scenes() -> dict[str, Scene]:
    """Every app's scenes by their paths below /api/<version>/."""
    tests = Path(__file__).parent.parent
    collected: dict[str, Scene] = {}
    for path in sorted(tests.glob("apps/*/scenes.py")):
        app = path.parent.name
        told: dict[str, Scene] = import_module(f"tests.apps.{app}.scenes").SCENES
        # One that begins with a slash lies beside the app's own.
        collected |= {
            route.removeprefix("/") if route.startswith("/") else f"{app}/{route}": scene
            for route, scene in told.items()
        }
    return collected
