"""Metrics have a bounded number of series."""

from prometheus_client import REGISTRY

from apps.observability.measures import Measures
from apps.observability.metrics import add_up, count_exception, request_series


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_exceptions_of_many_types_are_counted_under_few_names() -> None:
    for number in range(300):
        count_exception("of-many-types", f"Sample{number}")

    series = [
        sample
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "mainstay_exceptions_total" and sample.labels["logger"] == "of-many-types"
    ]
    assert len(series) <= 201
    assert sum(sample.value for sample in series) == 300


def test_series_of_a_request_is_looked_up_once() -> None:
    assert request_series("GET", "sample", 2) is request_series("GET", "sample", 2)


def test_measures_are_added_to_the_totals() -> None:
    names = [
        ("mainstay_sql_statements_total", {}),
        ("mainstay_cache_reads_total", {"outcome": "hit"}),
        ("mainstay_cache_reads_total", {"outcome": "miss"}),
    ]
    before = [value(name, **labels) for name, labels in names]
    measures = Measures()
    measures.sql_count, measures.cache_hits, measures.cache_misses = 3, 2, 1

    add_up(measures)

    after = [value(name, **labels) for name, labels in names]
    assert [new - old for new, old in zip(after, before, strict=True)] == [3, 2, 1]
