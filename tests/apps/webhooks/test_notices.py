"""What owners are mailed."""

from datetime import UTC, datetime

import pytest

from apps.webhooks.models import Endpoint
from apps.webhooks.notices import worded


def _endpoint(**fields: object) -> Endpoint:
    return Endpoint(
        url="https://hooks.example.com:8443/secret?token=1",
        failing_since=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        consecutive_failures=7,
        **fields,
    )


def test_warning_says_since_when_and_what_will_follow() -> None:
    subject, text = worded(_endpoint(owed_notice="failing"), disable_after_days=5)

    assert subject == "Your webhook endpoint on hooks.example.com is failing"
    assert "since 21 November 2026, 09:30 UTC" in text
    assert "7 in a row" in text
    assert "after 5 days" in text


@pytest.mark.parametrize(
    ("by", "reason"), [("gone", "410 Gone"), ("failing", "failed since 21 November 2026")]
)
def test_notice_of_disabling_says_why_and_what_to_do(by: str, reason: str) -> None:
    subject, text = worded(_endpoint(owed_notice="disabled", disabled_by=by), disable_after_days=5)

    assert subject == "Your webhook endpoint on hooks.example.com was disabled"
    assert reason in text
    assert "enable the endpoint" in text


@pytest.mark.parametrize("notice", ["failing", "disabled"])
def test_nothing_of_the_url_but_its_host_is_told(notice: str) -> None:
    told = worded(_endpoint(owed_notice=notice, disabled_by="gone"), disable_after_days=5)

    assert "secret" not in "".join(told)
