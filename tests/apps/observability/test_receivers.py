"""What Django and the API signal is counted."""

import pytest
from django.db import connection
from prometheus_client import REGISTRY

from apps.api.ports import answer_replayed
from apps.observability.measures import Measures, measured


@pytest.mark.django_db
def test_statements_of_every_connection_are_counted() -> None:
    with measured(Measures()) as measures, connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert measures.sql_count == 1


def test_replayed_answers_are_counted() -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("mainstay_answers_replayed_total") or 0.0

    before = count()

    answer_replayed.send(sender=None)

    assert count() == before + 1
