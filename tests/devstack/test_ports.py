"""Free ports are found without disturbing those in use."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from devstack.paths import ROOT
from devstack.ports import free_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_port_with_a_listener_is_not_free(taken: int) -> None:
    assert not is_free(taken)


def test_preferred_port_is_taken_when_it_is_free() -> None:
    preferred = free_port()

    assert free_port(preferred) == preferred


def test_another_port_is_chosen_when_the_preferred_one_is_in_use(taken: int) -> None:
    chosen = free_port(taken)

    assert chosen != taken
    assert is_free(chosen)


def test_port_is_found_by_one_process_alone() -> None:
    ours = free_port()
    ask = f"from devstack.ports import free_port; print(free_port({ours}))"

    theirs = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert is_free(ours)
    assert int(theirs) != ours
