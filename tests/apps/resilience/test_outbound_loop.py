"""The process's own event loop for outbound calls."""

import os

import pytest
from pytest_django.fixtures import Settings

from apps.kernel.context import Context, bound
from apps.resilience.services import outbound_client, run_outbound
from tests.hostile_server import hostile_server


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


def test_synchronous_code_calls_out_over_kept_connections() -> None:
    with hostile_server() as server:
        statuses = [run_outbound(_call(server.url)).result(10) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert server.connections == 1


def test_caller_is_known_on_the_other_thread() -> None:
    with hostile_server() as server, bound(Context(correlation_id="of-the-caller")):
        run_outbound(_call(server.url)).result(10)

    assert server.requests[0].headers["x-request-id"] == "of-the-caller"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_forked_child_gets_a_loop_of_its_own() -> None:
    with hostile_server() as server:
        run_outbound(_call(server.url)).result(10)
        child = os.fork()
        if child == 0:
            os._exit(0 if run_outbound(_call(server.url)).result(10) == 200 else 1)
        _, status = os.waitpid(child, 0)

    assert status == 0
    assert server.connections == 2


async def _call(url: str) -> int:
    return (await outbound_client().request("POST", url, purpose="tests", body=b"x")).status
