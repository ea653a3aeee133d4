"""What hey says of a steady load."""

import pytest

from bench import steady
from bench.wrk import LoadFailed

HEAD = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset"


def told(*answers: tuple[float, int, float]) -> str:
    lines = [f"{took},0,0,0,0,0,{status},{offset}" for took, status, offset in answers]
    return "\n".join([HEAD, *lines])


def test_slowest_twentieth_is_left_out_of_the_p95() -> None:
    found = steady.read(told(*((0.002, 200, n / 10) for n in range(98)), (9.0, 200, 10.0)))

    assert found.p95_ms == pytest.approx(2)
    assert found.per_second == pytest.approx(9.9)
    assert found.failures == 0


def test_answers_of_another_status_are_failures() -> None:
    found = steady.read(told((0.001, 200, 0.5), (0.001, 503, 1.0)))

    assert found.failures == 1


def test_server_that_never_answers_is_told() -> None:
    with pytest.raises(LoadFailed, match="no answers"):
        steady.read(HEAD)
