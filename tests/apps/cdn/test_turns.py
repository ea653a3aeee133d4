"""One worker has the turn, and spends what the pace allows."""

import pytest

from apps.cdn.turns import LostTurn, give_back, take_token, take_turn
from apps.cdn.types import Pace
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db


def test_turn_is_one_workers_until_it_is_given_back(hands: Hands) -> None:
    turn = take_turn()
    assert turn is not None
    assert take_turn() is None

    give_back(turn)

    assert take_turn() is not None
    with pytest.raises(LostTurn), turn.held():
        pass


def test_bucket_fills_at_its_rate_and_no_further(hands: Hands) -> None:
    turn, pace = take_turn(), Pace(per_minute=60, at_once=2)
    assert turn is not None

    assert [take_token(turn, pace) for _ in range(3)] == [True, True, False]
    hands.move(seconds=1)
    assert [take_token(turn, pace) for _ in range(2)] == [True, False]
    hands.move(seconds=60)
    assert [take_token(turn, pace) for _ in range(3)] == [True, True, False]
    assert take_token(turn, None)
