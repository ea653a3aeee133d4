"""Plain answers are the same for whoever asks."""

from apps.api.lane.plain import PlainAnswer, plain_answers


def test_route_and_headers_are_told() -> None:
    answer = PlainAnswer(name="/a", body=b"{}", content_type="a/b", cache_control="no-store")

    assert answer.route == "a"
    assert answer.headers == {"Content-Type": "a/b", "Cache-Control": "no-store"}


def test_liveness_is_one() -> None:
    assert "/health/live" in plain_answers
