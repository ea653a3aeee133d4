"""A retention shorter than the retries is refused at the start."""

import pytest
from pytest_django.fixtures import Settings

from apps.webhooks.checks import deliveries_outlive_their_retries


@pytest.mark.parametrize(
    ("days", "schedule", "complaints"),
    [
        (30, (30, 120, 480, 1920, 7680), []),
        (5, (30, 120, 480, 1920, 7680), ["webhooks.E001"]),
        (30, (30 * 86400,), ["webhooks.E001"]),
        (1, (), []),
    ],
    ids=["usual", "receivers may ask for days", "long schedule", "no retries"],
)
def test_retention_must_be_longer_than_all_retries(
    settings: Settings, days: int, schedule: tuple[int, ...], complaints: list[str]
) -> None:
    settings.WEBHOOKS_RETENTION_DAYS, settings.WEBHOOKS_RETRY_SECONDS = days, schedule

    found = deliveries_outlive_their_retries(None)

    assert [complaint.id for complaint in found] == complaints
