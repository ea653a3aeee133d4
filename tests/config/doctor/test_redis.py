"""The doctor's judgement of Redis, and its look at the real one."""

import pytest

from apps.kernel.ports import Finding
from config.doctor.redis import (
    RedisExamination,
    eviction_finding,
    persistence_finding,
    version_finding,
)


@pytest.mark.parametrize(
    ("finding", "is_well"),
    [
        (version_finding("6.2.14"), True),
        (version_finding("7.0.0"), True),
        (version_finding("6.0.16"), False),
        (eviction_finding("noeviction"), True),
        (eviction_finding("allkeys-lru"), False),
        (persistence_finding(appends=True, saves=False), True),
        (persistence_finding(appends=False, saves=True), True),
        (persistence_finding(appends=False, saves=False), False),
    ],
)
def test_each_setting_is_judged(finding: Finding, *, is_well: bool) -> None:
    assert finding.is_well is is_well


def test_of_the_tests_redis_only_the_missing_persistence_is_ill() -> None:
    ill = [finding for finding in RedisExamination().examine() if not finding.is_well]

    assert ill == [persistence_finding(appends=False, saves=False)]
