"""Hostile input meets every route: it is refused in a problem document, and nothing is written."""

import orjson
import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.keyring import services as keyring
from apps.keyring.types import Purpose
from apps.notifications.types import PushService
from tests.abuse.contents import contents
from tests.abuse.table import TABLE, Abuse
from tests.abuse.targets import Target, targets
from tests.abuse.wire import Answer, Sent, send
from tests.factories.accounts import UserFactory
from tests.factories.notifications import AccountFactory

pytestmark = pytest.mark.django_db

# By a process of another kind; what is asked of this one is told so.
SERVED_ELSEWHERE = {"realtime/events"}
EXAMPLE_USER = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"


@pytest.fixture
def everything(owner: User, teammate: User, stranger: User) -> list[Target]:
    # Without it there is no key to subscribe with.
    AccountFactory.create(service=PushService.WEB_PUSH, config={"public_key": "BNcR"})
    # Keys are made at their first use, whoever asks.
    keyring.sign(purpose=Purpose.SIGNED_URL, message=b"")
    keyring.encrypt(purpose=Purpose.IDEMPOTENT_ANSWER, plaintext=b"", context=b"")
    # Whom the documentation asks about.
    UserFactory.create(public_id=EXAMPLE_USER)
    return targets(owner, teammate, stranger)


@pytest.mark.parametrize("abuse", TABLE, ids=lambda abuse: abuse.name)
def test_abuse_is_refused(abuse: Abuse, everything: list[Target], settings: Settings) -> None:
    rate = f"{abuse.limit}/day" if abuse.limit else None
    known = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    rates = {**dict.fromkeys(known, rate), "user": None}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    before = contents()
    wrong: list[str] = []
    count = 0

    for target in everything:
        answers = []
        for request in abuse.attempts(target):
            answer = send(request)
            answers.append(answer)
            if not _is_right(answer, abuse):
                wrong.append(_told(request, answer))
        count += len(answers)
        if abuse.verdict and answers and not wrong:
            abuse.verdict(target, answers)

    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:10])
    assert count
    assert contents() == before


def test_without_the_hostile_part_the_owner_is_served(everything: list[Target]) -> None:
    reads = [
        send(target.sent(target=target.asked))
        for target in everything
        if target.method == "GET" and target.route.below_version not in SERVED_ELSEWHERE
    ]
    writes = [
        send(target.sent(body=orjson.dumps(target.example)))
        for target in everything
        if target.takes_body
    ]

    assert {answer.status for answer in reads} == {200}
    # Some examples name rows that are not there.
    accepted = [answer for answer in writes if answer.status < 300]
    assert len(accepted) > len(writes) / 2
    assert {answer.status for answer in writes if answer not in accepted} <= {400, 409, 422}


def _is_right(answer: Answer, abuse: Abuse) -> bool:
    if answer.status not in abuse.expected:
        return False
    is_problem = answer.media_type == "application/problem+json"
    return is_problem == (answer.status >= 400)


def _told(request: Sent, answer: Answer) -> str:
    asked = f"{request.method} {request.target:.200} {list(request.headers)[1:]!r:.200}"
    return f"{asked} {request.body[:100]!r}\n  -> {answer.status} {answer.body[:300]!r}"
