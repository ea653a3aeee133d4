"""What the house's own checks find."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from health_check.exceptions import ServiceUnavailable, ServiceWarning

from apps.events.types import ConsumerLag
from apps.health import probes
from apps.health.probes import ConsumersKeepUp, DatabaseAnswers, MigrationsAreApplied


@pytest.mark.django_db(transaction=True)
def test_database_is_asked_over_a_connection_that_is_kept() -> None:
    probe = DatabaseAnswers()
    probe.run()
    kept = connection.connection

    probe.run()

    assert connection.connection is kept is not None


@pytest.mark.django_db(transaction=True)
def test_database_connection_that_broke_is_a_failure_once() -> None:
    probe = DatabaseAnswers()
    probe.run()
    connection.connection.close()

    with pytest.raises(Exception, match=r"closed|Unavailable"):
        probe.run()
    probe.run()


@pytest.mark.django_db
def test_missing_migration_is_found_until_it_is_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = MigrationsAreApplied()
    with monkeypatch.context() as before:
        before.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
        with pytest.raises(ServiceUnavailable):
            probe.run()

    probe.run()

    assert probe.are_applied
    # From now on nothing is asked: there is no executor that could be made.
    monkeypatch.setattr(probes, "MigrationExecutor", None)
    probe.run()


def lag(state: str = "running", seconds: float = 0) -> ConsumerLag:
    return ConsumerLag(name="webhooks", state=state, events=1, seconds=seconds, error="")


@pytest.mark.parametrize(
    ("lags", "is_well"),
    [
        ([], True),
        ([lag(seconds=59)], True),
        ([lag(), lag(seconds=61)], False),
        ([lag(state="stopped")], False),
    ],
)
def test_consumers_that_stopped_or_are_late_are_warned_of(
    lags: list[ConsumerLag], is_well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "consumer_lags", lambda: lags)

    if is_well:
        ConsumersKeepUp().run()
    else:
        with pytest.raises(ServiceWarning, match="webhooks"):
            ConsumersKeepUp().run()
