"""What is popular is made before somebody asks for it, by whoever knows how."""

import pytest

from apps.caching.layers.stack import stack
from apps.caching.popularity import gather, tell
from apps.caching.ports import Warmer, warmers
from apps.caching.selectors import popular
from apps.caching.services import remember, warm
from apps.kernel import clock
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, STRICT, Maker

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> list[str]:
    """Which keys were made by the warmer."""
    keys: list[str] = []

    def make(key: str) -> None:
        if key == "broken":
            raise OSError("upstream")
        keys.append(key)
        remember(STRICT, key, Maker())

    warmers.register(Warmer(name=STRICT.name, warm=make))
    return keys


def ask(times: int, *keys: str) -> None:
    for key in keys:
        for _ in range(times):
            stack().used(STRICT, key)
    moment = clock.now().timestamp()
    tell(stack().files.folder, stack().tally.take(moment))
    gather(stack().files.folder, moment)


def test_popular_keys_that_are_not_fresh_are_made(made: list[str]) -> None:
    ask(5, "a", "b")
    ask(9, "c")
    ask(1, "rare")
    remember(STRICT, "a", Maker())

    assert warm() == 2
    assert made == ["c", "b"]
    assert warm() == 0


def test_it_makes_no_more_than_it_may(made: list[str]) -> None:
    ask(5, "a", "b", "c")

    assert warm(limit=1) == 1
    assert len(made) == 1


def test_one_that_fails_keeps_no_other_from_it(made: list[str]) -> None:
    ask(9, "broken")
    ask(5, "a")

    assert warm() == 1
    assert made == ["a"]


def test_namespaces_without_a_warmer_or_that_are_no_more_are_left_alone(
    made: list[str], hands: Hands
) -> None:
    for _ in range(5):
        stack().used(LENIENT, "a")
    ask(0)

    assert [each.key for each in popular(limit=5)] == ["a"]
    assert warm() == 0
