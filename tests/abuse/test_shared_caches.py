"""R6 section 4, #39: no cache between us, and no other user's tag, shows what is one user's own."""

import pytest

from apps.accounts.models import User
from tests.abuse.targets import Target, targets
from tests.abuse.wire import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def reads(owner: User, teammate: User, stranger: User) -> list[Target]:
    everything = targets(owner, teammate, stranger)
    return [target for target in everything if target.method == "GET" and not target.is_open]


def test_no_shared_cache_may_keep_what_is_ones_own(reads: list[Target]) -> None:
    for target in reads:
        control = send(target.sent()).headers["cache-control"]

        assert "private" in control or "no-store" in control, target.path
        assert "public" not in control, target.path


def test_tag_of_another_user_opens_nothing(reads: list[Target]) -> None:
    for target in reads:
        mine = send(target.sent())
        tag = [("If-None-Match", mine.headers.get("etag", "*"))]

        theirs = send(target.sent(token=target.stranger, headers=tag))
        nobodys = send(target.sent(token="", headers=tag))

        # Known to both is only what is the same for both, such as an empty list.
        shown = send(target.sent(token=target.stranger))
        assert theirs.status != 304 or shown.body == mine.body, target.path
        assert nobodys.status == 401, target.path
