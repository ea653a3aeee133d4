"""What the doctor sends: genuine where it says so, and forged in one way each."""

import json

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks.probes import Expected, Probe, probes_for
from apps.webhooks.signing import new_secret, shown


def _verifies(secret: bytes, probe: Probe) -> bool:
    try:
        Webhook(shown(secret)).verify(probe.body, dict(probe.headers))
    except WebhookVerificationError:
        return False
    return True


def test_reference_library_agrees_with_every_expectation() -> None:
    secret = new_secret()

    probes = list(
        probes_for(endpoint_id=new_id(), secrets_alive=[secret, new_secret()], moment=clock.now())
    )

    assert len({probe.name for probe in probes}) == len(probes) == 12
    for probe in probes:
        assert _verifies(secret, probe) == (probe.expected != Expected.REFUSED), probe.name


def test_every_body_is_json_that_tells_its_type() -> None:
    for probe in probes_for(endpoint_id=new_id(), secrets_alive=[new_secret()], moment=clock.now()):
        assert json.loads(probe.body)["type"] == "webhooks.probe"
