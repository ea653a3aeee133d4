"""Checks of our own, as classes of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from health_check.base import HealthCheck
from health_check.checks import Database
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from typing_extensions import override

from apps.events.selectors import consumer_lags


@dataclass
class DatabaseAnswers(Database):  # type: ignore[misc]  # health_check has no types
    """Asks the database over a connection that is kept: a new one per look is dear."""

    @override
    def run(self) -> None:
        connection = connections[self.alias]
        try:
            connection.ensure_connection()
            super().run()
        except Exception:
            connection.close()
            raise


@dataclass
class MigrationsAreApplied(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Looks until every migration this code knows is applied, and then believes it."""

    are_applied: bool = False

    @override
    def run(self) -> None:
        if self.are_applied:
            return
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise ServiceUnavailable("Migrations are missing.")
        self.are_applied = True


@dataclass
class ConsumersKeepUp(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Warns of consumers of the event log that have stopped or are far behind."""

    LONGEST_LAG_SECONDS: ClassVar[float] = 60.0

    @override
    def run(self) -> None:
        behind = [
            lag.name
            for lag in consumer_lags()
            if lag.state == "stopped" or lag.seconds > self.LONGEST_LAG_SECONDS
        ]
        if behind:
            raise ServiceWarning(f"Consumers stopped or late: {', '.join(behind)}")
