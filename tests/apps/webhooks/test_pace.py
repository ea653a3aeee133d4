"""How many deliveries of one endpoint a worker holds."""

from apps.webhooks.pace import FIRST_WINDOW, WIDEST_WINDOW, Pace


def _serve(pace: Pace, endpoint_id: int, times: int, *, seconds: float | None) -> None:
    for _ in range(times):
        pace.take(endpoint_id)
        pace.give_back(endpoint_id, seconds=seconds)


def test_quick_endpoint_gets_more_room_up_to_a_bound() -> None:
    pace = Pace()

    _serve(pace, 1, FIRST_WINDOW, seconds=0.01)
    assert pace.rooms()[1] == 2 * FIRST_WINDOW

    _serve(pace, 1, 10_000, seconds=0.01)
    assert pace.rooms()[1] == WIDEST_WINDOW


def test_slow_answer_falls_back_to_the_first_window() -> None:
    pace = Pace()
    _serve(pace, 1, 100, seconds=0.01)

    _serve(pace, 1, 1, seconds=15)

    assert pace.rooms().get(1, FIRST_WINDOW) == FIRST_WINDOW


def test_what_is_held_takes_room() -> None:
    pace = Pace()
    for _ in range(FIRST_WINDOW):
        pace.take(1)

    assert pace.rooms() == {1: 0}


def test_what_was_never_sent_tells_nothing_of_the_endpoint() -> None:
    pace = Pace()

    _serve(pace, 1, 5, seconds=None)

    assert pace.rooms().get(1, FIRST_WINDOW) == FIRST_WINDOW
