"""A request to stop is noticed where we wait, and nowhere else."""

import os
import signal
from collections.abc import Iterator

import pytest

from devstack.interruption import REQUESTS, Interrupted, Interruption


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    before = {request: signal.getsignal(request) for request in REQUESTS}
    made = Interruption()
    made.listen()
    yield made
    for request, handler in before.items():
        signal.signal(request, handler)


@pytest.mark.parametrize("request_to_stop", REQUESTS)
def test_each_signal_ends_a_wait(
    interruption: Interruption, request_to_stop: signal.Signals
) -> None:
    os.kill(os.getpid(), request_to_stop)

    with pytest.raises(Interrupted):
        interruption.wait_until(lambda: True, seconds=30)


def test_wait_without_request_ends_with_its_condition(interruption: Interruption) -> None:
    assert interruption.wait_until(lambda: True, seconds=30)
    assert not interruption.wait_until(lambda: False, seconds=0)
