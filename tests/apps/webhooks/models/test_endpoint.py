"""The endpoint's own words."""

from apps.webhooks.models import Endpoint
from apps.webhooks.types import EndpointState


def test_only_an_enabled_endpoint_is_sent_anything() -> None:
    assert Endpoint().is_enabled
    assert not Endpoint(state=EndpointState.DISABLED).is_enabled
