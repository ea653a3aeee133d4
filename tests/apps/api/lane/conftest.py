"""The two ways to an answer, and requests that may go both."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import orjson
import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.api.lane import plans
from apps.api.lane.answering import answer
from apps.buildings.models import Member
from apps.buildings.services import add_unit, create_building, open_request
from apps.buildings.types import Priority, Role
from config.wsgi import application
from tests.abuse.wire import Answer, Sent, send

# One id for both ways, so that it is no difference.
SAME_ID = ("X-Request-ID", "the-same")
ROWS = 7


@dataclass(frozen=True)
class House:
    """A building with an owner, a resident and a few requests, all signed in."""

    path: str
    building: UUID
    rows: list[UUID]
    tokens: dict[str, str]

    def sent(self, path: str = "", *, who: str = "owner", **headers: str) -> Sent:
        """Return a GET of the building's requests, or of what lies below them."""
        told = [(name.replace("_", "-"), value) for name, value in headers.items()]
        token = self.tokens.get(who)
        bearer = [("Authorization", f"Bearer {token}")] if token else []
        return Sent(target=f"{self.path}{path}", headers=[SAME_ID, *bearer, *told])


@pytest.fixture
def house(owner: User, teammate: User, stranger: User) -> House:
    """A house to ask about; its statements are compiled anew."""
    plans.forget()
    building = create_building(owner_id=owner.pk, name="Harbour House")
    member = Member.objects.get(user=owner)
    Member.objects.create(building=member.building, user=teammate, role=Role.RESIDENT)
    unit = add_unit(building_id=building, label="2 left")
    rows = [
        open_request(
            building_id=building,
            author_id=(owner, teammate)[number % 2].pk,
            title=f'tap {number} "é" \\ %s',
            priority=(Priority.LOW, Priority.HIGH)[number % 2],
            unit_id=unit if number % 3 else None,
        )
        for number in range(ROWS)
    ]
    people = {"owner": owner, "teammate": teammate, "stranger": stranger}
    tokens = {name: sign_in_as(user.pk).access_token for name, user in people.items()}
    path = f"/api/v1/buildings/{building}/requests/"
    return House(path, building, rows, tokens | {"guesser": "a.guessed.token-of-some-length"})


@pytest.fixture
def unlimited(settings: Settings) -> None:
    """Let everybody ask as often as the examples of a property do.

    Beyond a limit, two answers differ where a minute ends between them.
    """
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "100000/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@dataclass(frozen=True)
class Asks:
    """A house, and requests that write into it."""

    house: House

    def sent(
        self,
        body: object,
        *,
        who: str = "owner",
        key: str | None = None,
        version: str = "v1",
        building: UUID | None = None,
        **headers: str,
    ) -> Sent:
        """Return a create; a body that is no bytes is written as JSON."""
        told = {"Content_Type": "application/json", **headers}
        if key is not None:
            told["Idempotency_Key"] = key
        asked = self.house.sent(who=who, **told)
        target = asked.target.replace("/v1/", f"/{version}/")
        if building is not None:
            target = target.replace(str(self.house.building), str(building))
        written = body if isinstance(body, bytes) else orjson.dumps(body)
        return Sent(method="POST", target=target, headers=asked.headers, body=written)


@pytest.fixture
def asks(house: House) -> Asks:
    """Requests that write into the house."""
    return Asks(house)


class Ways:
    """Asks the application, and sees which way it went."""

    def __init__(self) -> None:
        self.was_short = False

    def lane(self, request: Sent) -> Answer:
        """Return the application's answer."""

        def seen(environ: dict[str, object]) -> object:
            self.was_short = False
            found = answer(environ)
            self.was_short = found is not None
            return found

        return self._send(request, seen)

    def django(self, request: Sent) -> Answer:
        """Return Django's answer."""
        return self._send(request, lambda _: None)

    def _send(self, request: Sent, way: Callable[[dict[str, object]], object]) -> Answer:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(application, "answer_in_lane", way)
            return send(request)


@pytest.fixture
def ways() -> Ways:
    """Both ways."""
    return Ways()
