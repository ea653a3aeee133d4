"""A remote source is exactly one origin."""

import pytest
from django.core.exceptions import ValidationError

from apps.media.models import RemoteSource
from apps.media.types import Origin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["a.test", " A.Test. ", "192.0.2.1", "::1"])
def test_host_is_brought_into_the_form_of_urls(host: str) -> None:
    source = RemoteSource(host=host)

    source.full_clean()

    assert Origin.of(f"{source}/x.jpg") == source.origin


@pytest.mark.parametrize(
    "host", ["*.a.test/", "a.test/path", "user@a.test", "https://a.test", "a.test:8080", "a b"]
)
def test_what_is_more_than_a_host_is_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        RemoteSource(host=host).full_clean()
