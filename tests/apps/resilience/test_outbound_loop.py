"""The process's own event loop for outbound calls."""

import pytest
from pytest_django.fixtures import Settings

from apps.kernel.context import Context, bound
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound, trusting_client
from apps.resilience.types import FailureKind
from tests.hostile_server import hostile_server
from tests.processes import python_on_the_same_database


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


def test_synchronous_code_calls_out_over_kept_connections() -> None:
    with hostile_server() as server:
        statuses = [run_outbound(_call(server.url)).result(60) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert server.connections == 1


def test_trusting_client_dials_any_address_and_shares_no_connection(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()

    async def call(url: str) -> int:
        response = await trusting_client().request("GET", url, purpose="test")
        with pytest.raises(OutboundFailed) as caught:
            await outbound_client().request("GET", url, purpose="test")
        assert caught.value.kind == FailureKind.FORBIDDEN_ADDRESS
        return response.status

    with hostile_server() as server:
        assert run_outbound(call(server.url)).result(60) == 200

    assert server.connections == 1


def test_caller_is_known_on_the_other_thread() -> None:
    with hostile_server() as server, bound(Context(correlation_id="of-the-caller")):
        run_outbound(_call(server.url)).result(60)

    assert server.requests[0].headers["x-request-id"] == "of-the-caller"


# In a process of its own: forking this one, with all its threads, could stop the child for ever.
FORKING = """
from django.conf import settings
from apps.resilience.services import run_outbound
from tests.apps.resilience.test_outbound_loop import _call

settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
run_outbound(_call("{url}")).result(60)
child = os.fork()
if child == 0:
    os._exit(0 if run_outbound(_call("{url}")).result(60) == 200 else 1)
say(os.waitpid(child, 0)[1])
"""


def test_forked_child_gets_a_loop_of_its_own() -> None:
    with hostile_server() as server:
        forking = python_on_the_same_database(FORKING.format(url=server.url))

        assert forking.line() == "0"
        assert server.connections == 2


async def _call(url: str) -> int:
    return (await outbound_client().request("POST", url, purpose="tests", body=b"x")).status
