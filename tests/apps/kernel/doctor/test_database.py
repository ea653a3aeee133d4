"""The doctor's judgement of PostgreSQL, and its look at the real one."""

import pytest
from django.db import connection

from apps.kernel.doctor.database import (
    DatabaseExamination,
    connections_finding,
    encoding_finding,
    migrations_finding,
    time_zone_finding,
    timeout_finding,
    version_finding,
)
from apps.kernel.ports import Finding


@pytest.mark.django_db
def test_the_database_of_the_tests_is_well() -> None:
    findings = list(DatabaseExamination().examine())

    assert len(findings) == 7
    assert [finding for finding in findings if not finding.is_well] == []


@pytest.mark.django_db
def test_a_transaction_without_limit_is_seen_on_the_real_server() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_timeout = 0")

    ill = [finding for finding in DatabaseExamination().examine() if not finding.is_well]

    assert [finding.cure for finding in ill] == [timeout_finding("0").cure]


@pytest.mark.parametrize(
    ("finding", "is_well"),
    [
        (version_finding(16), False),
        (version_finding(18), True),
        (encoding_finding("UTF8"), True),
        (encoding_finding("SQL_ASCII"), False),
        (time_zone_finding("UTC"), True),
        (time_zone_finding("Europe/Berlin"), False),
        (timeout_finding("1min"), True),
        (timeout_finding("0"), False),
        (timeout_finding(""), False),
        (connections_finding(used=10, most=100), True),
        (connections_finding(used=10, most=50), False),
        (connections_finding(used=90, most=100), False),
        (migrations_finding([]), True),
        (migrations_finding(["events.0001_initial"]), False),
    ],
)
def test_each_setting_is_judged(finding: Finding, *, is_well: bool) -> None:
    assert finding.is_well is is_well
