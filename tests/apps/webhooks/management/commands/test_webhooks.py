"""The doctor by command: what it prints, and how it ends."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.kernel.ids import new_id
from apps.webhooks.selectors import secret_of
from tests.apps.webhooks import receivers
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_sound_receiver_is_told_so(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url)
    partner.behave = receivers.right(secret_of(endpoint_id=endpoint.public_id))
    output = StringIO()

    call_command("webhooks", "doctor", str(endpoint.public_id), stdout=output)

    assert "sound: Accepts what is genuine" in output.getvalue()
    assert "genuine" in output.getvalue()


def test_unsound_receiver_is_an_error_with_advice(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url)
    partner.behave = receivers.trusting()
    output = StringIO()

    with pytest.raises(CommandError, match="unsound"):
        call_command("webhooks", "doctor", str(endpoint.public_id), stdout=output)

    assert "✗" in output.getvalue()
    assert "verify the signature over the raw bytes" in output.getvalue()


def test_unknown_endpoint_is_an_error() -> None:
    with pytest.raises(CommandError):
        call_command("webhooks", "doctor", str(new_id()))
