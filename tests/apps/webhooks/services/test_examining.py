"""The doctor tells right receivers from wrong ones, by real requests to real servers."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.webhooks.errors import EndpointIsDisabled, ExaminationUnderWay
from apps.webhooks.models import Endpoint, Examination
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import examine_waiting, request_examination, rotate_secret
from tests.apps.webhooks import receivers
from tests.apps.webhooks.conftest import told_of
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import Behaviour, HostileServer, answering, reset

pytestmark = pytest.mark.django_db

ACCEPTED = {"genuine", "duplicate", "several_signatures", "raw_bytes"}
REFUSED = {
    *("body_changed", "body_respaced", "signature_changed", "id_changed", "wrong_secret"),
    *("stale", "future", "unsigned"),
}


@pytest.fixture
def endpoint(partner: HostileServer) -> Endpoint:
    return EndpointFactory.create(url=partner.url)


def _examined(endpoint: Endpoint) -> Examination:
    examination_id = request_examination(endpoint_id=endpoint.public_id)
    assert examine_waiting() == 1
    return Examination.objects.get(public_id=examination_id)


def _verdicts(examination: Examination, verdict: str) -> set[str]:
    return {check["name"] for check in examination.checks if check["verdict"] == verdict}


def _secret(endpoint_id: UUID) -> str:
    return secret_of(endpoint_id=endpoint_id)


def test_right_receiver_is_sound(endpoint: Endpoint, partner: HostileServer) -> None:
    partner.behave = receivers.right(_secret(endpoint.public_id))

    examination = _examined(endpoint)

    assert (examination.state, examination.finding) == ("done", "sound")
    assert _verdicts(examination, "passed") == ACCEPTED | REFUSED
    assert [check["advice"] for check in examination.checks if check["advice"]] == []
    assert examination.finished_at is not None


def test_receiver_that_says_nothing_of_duplicates_may_be_sound(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = receivers.forgetful(_secret(endpoint.public_id))

    examination = _examined(endpoint)

    assert examination.finding == "sound"
    assert _verdicts(examination, "unknown") == {"duplicate"}


def test_receiver_with_the_former_secret_is_sound_while_both_live(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = receivers.right(_secret(endpoint.public_id))
    rotate_secret(endpoint_id=endpoint.public_id, grace=timedelta(hours=1))

    assert _examined(endpoint).finding == "sound"


@pytest.mark.parametrize(
    ("receiver", "failed"),
    [
        (lambda _: receivers.trusting(), REFUSED),
        (receivers.timeless, {"stale", "future"}),
        (receivers.parsing, {"raw_bytes", "body_respaced"}),
        (receivers.single_minded, {"several_signatures"}),
    ],
    ids=["no check", "no look at the time", "JSON written again", "one signature only"],
)
def test_wrong_receiver_is_told_what_is_wrong(
    endpoint: Endpoint,
    partner: HostileServer,
    receiver: Callable[[str], Behaviour],
    failed: set[str],
) -> None:
    partner.behave = receiver(_secret(endpoint.public_id))

    examination = _examined(endpoint)

    assert examination.finding == "unsound"
    assert _verdicts(examination, "failed") == failed
    assert all(check["advice"] for check in examination.checks if check["verdict"] == "failed")


def test_refusals_of_a_receiver_that_refuses_all_prove_nothing(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    partner.behave = answering(401)

    examination = _examined(endpoint)

    assert examination.finding == "unsound"
    assert _verdicts(examination, "failed") == ACCEPTED
    assert _verdicts(examination, "unknown") == REFUSED


def test_server_error_is_no_refusal(endpoint: Endpoint, partner: HostileServer) -> None:
    partner.behave = answering(500)

    assert _verdicts(_examined(endpoint), "failed") == ACCEPTED | REFUSED


def test_unreachable_receiver_is_asked_once(endpoint: Endpoint, partner: HostileServer) -> None:
    partner.behave = reset

    examination = _examined(endpoint)

    assert examination.finding == "unreachable"
    (check,) = examination.checks
    assert (check["name"], check["status"]) == ("genuine", None)
    assert "closed" in check["got"]


def test_owner_may_hear_of_it(endpoint: Endpoint) -> None:
    examination = _examined(endpoint)

    requested, finished = told_of(endpoint.public_id)
    assert requested.topic == "webhooks.examination.requested"
    assert finished.payload["examination_id"] == str(examination.public_id)
    assert finished.payload["finding"] == "unsound"
    assert finished.audience == (f"user:{endpoint.owner.public_id}",)


def test_examination_whose_task_died_is_carried_out_by_another(endpoint: Endpoint) -> None:
    request_examination(endpoint_id=endpoint.public_id)
    Examination.objects.update(state="running", leased_until=clock.now() + timedelta(minutes=1))
    assert examine_waiting() == 0

    Examination.objects.update(leased_until=clock.now() - timedelta(seconds=1))

    assert examine_waiting() == 1
    assert Examination.objects.get().state == "done"


def test_one_at_a_time_and_of_enabled_endpoints_only(endpoint: Endpoint) -> None:
    request_examination(endpoint_id=endpoint.public_id)

    with pytest.raises(ExaminationUnderWay):
        request_examination(endpoint_id=endpoint.public_id)
    examine_waiting()
    Endpoint.objects.update(state="disabled")
    with pytest.raises(EndpointIsDisabled):
        request_examination(endpoint_id=endpoint.public_id)
    with pytest.raises(NotFound):
        request_examination(endpoint_id=new_id())
