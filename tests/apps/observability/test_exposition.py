"""What Prometheus reads is right under several processes, and survives a database that hangs."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from apps.events.types import ConsumerLag
from apps.kernel.registry import Registry
from apps.observability import exposition
from apps.observability.ports import ScrapedGauges
from apps.observability.types import Metric
from tests import house

REQUESTS = 60


@pytest.fixture
def web(tmp_path: Path, transactional_db: None) -> Iterator[house.Running]:
    folder = tmp_path / "metrics"
    folder.mkdir()
    # As a worker process would leave it that was killed with two requests in flight.
    (folder / "gauge_livesum_999999999.db").write_bytes(b"")
    with house.web(
        tmp_path / "web.log", workers=2, PROMETHEUS_MULTIPROC_DIR=str(folder)
    ) as running:
        yield running


def samples(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def test_sums_are_right_over_two_worker_processes(web: house.Running, tmp_path: Path) -> None:
    before = samples(get(f"{web.base_url}/metrics"))

    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda _: get(f"{web.base_url}/health/live"), range(REQUESTS)))

    after = samples(get(f"{web.base_url}/metrics"))
    counter = (
        "mainstay_http_requests_total[('method', 'GET'), ('route', 'health/live'), "
        "('status', '2xx')]"
    )
    count = (
        "mainstay_http_request_duration_seconds_count[('method', 'GET'), ('route', 'health/live')]"
    )
    assert after[counter] - before[counter] == REQUESTS
    assert after[count] - before[count] == REQUESTS
    # This very request.
    assert after["mainstay_http_requests_in_flight"] == 1
    assert after["mainstay_event_log_readable"] == 1
    workers = {file.stem.rpartition("_")[2] for file in (tmp_path / "metrics").glob("counter_*")}
    assert len(workers) == 2
    assert {event["status"] for event in web.events("http.request_finished")} == {200}


def test_gauges_of_dead_processes_are_forgotten_and_counters_are_kept(
    tmp_path: Path, settings: Settings
) -> None:
    settings.OBSERVABILITY_METRICS_DIR = str(tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    kept = {f"gauge_livesum_{os.getpid()}.db", f"counter_{dead.pid}.db"}
    for name in kept | {f"gauge_livesum_{dead.pid}.db", f"gauge_liveall_{dead.pid}.db"}:
        (tmp_path / name).touch()

    exposition.forget_dead_processes()

    assert {file.name for file in tmp_path.iterdir()} == kept


@pytest.fixture(autouse=True)
def patient_scrapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no figures be missing because the machine is busy."""
    monkeypatch.setattr(exposition, "_DEADLINE_SECONDS", 30.0)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Registry[ScrapedGauges]:
    """Plug in nobody's gauges but the test's own."""
    empty: Registry[ScrapedGauges] = Registry("group of scraped gauges")
    monkeypatch.setattr(exposition, "scraped_gauges", empty)
    return empty


@pytest.mark.usefixtures("alone")
def test_consumers_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lag = ConsumerLag(name="webhooks", state="stopped", events=7, seconds=1.5, error="x")
    monkeypatch.setattr(exposition, "consumer_lags", lambda: [lag])
    monkeypatch.setattr(exposition, "horizon_age_seconds", lambda: 0.25)

    assert samples(exposition.scraped_metrics().decode()) == {
        "mainstay_event_log_readable": 1,
        "mainstay_event_horizon_age_seconds": 0.25,
        "mainstay_event_consumer_lag_events[('consumer', 'webhooks')]": 7,
        "mainstay_event_consumer_lag_seconds[('consumer', 'webhooks')]": 1.5,
        "mainstay_event_consumer_stopped[('consumer', 'webhooks')]": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_running_consumer_is_told_as_running() -> None:
    found = samples(exposition.scraped_metrics().decode())

    assert found["mainstay_event_log_readable"] == 1
    assert all(
        not value for name, value in found.items() if name.startswith("mainstay_event_consumer_st")
    )


@pytest.mark.usefixtures("alone")
def test_database_that_fails_costs_only_its_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> float:
        raise OSError

    monkeypatch.setattr(exposition, "horizon_age_seconds", fail)

    assert samples(exposition.scraped_metrics().decode()) == {"mainstay_event_log_readable": 0}


@pytest.mark.usefixtures("alone")
def test_database_that_hangs_is_waited_for_once_and_shortly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = Event()
    monkeypatch.setattr(exposition, "horizon_age_seconds", lambda: float(released.wait(30)))
    monkeypatch.setattr(exposition, "consumer_lags", list)
    monkeypatch.setattr(exposition, "_DEADLINE_SECONDS", 1.0)

    started = monotonic()
    for _ in range(10):
        found = samples(exposition.scraped_metrics().decode())
        assert found == {"mainstay_event_log_readable": 0}
    took = monotonic() - started
    released.set()
    exposition._event_log._thread.join(30)  # type: ignore[union-attr]  # it has been started

    # Waiting each time would have taken 10 s.
    assert took < 9
    assert "mainstay_event_horizon_age_seconds" in samples(exposition.scraped_metrics().decode())


def test_plugged_gauges_are_read_for_each_scrape(alone: Registry[ScrapedGauges]) -> None:
    gauge = Metric(name="sample_length", kind="gauge", about="A length.", labels=())
    lengths = iter([3.0, 1.0])
    alone.register(ScrapedGauges("sample", lambda: {gauge: next(lengths)}))

    pages = [samples(exposition.scraped_metrics().decode()) for _ in range(3)]

    # The third reading raises, which costs that page these gauges alone.
    assert [page.get("sample_length") for page in pages] == [3.0, 1.0, None]
    assert all("mainstay_event_log_readable" in page for page in pages)


def test_gauges_that_hang_are_not_waited_for(
    alone: Registry[ScrapedGauges], monkeypatch: pytest.MonkeyPatch
) -> None:
    gauge = Metric(name="sample_state", kind="gauge", about="A state.", labels=())
    released = Event()
    monkeypatch.setattr(exposition, "_DEADLINE_SECONDS", 0.2)
    alone.register(ScrapedGauges("hanging", lambda: {gauge: released.wait(30)}))

    started = monotonic()
    for _ in range(3):
        exposition.scraped_metrics()
    took = monotonic() - started
    released.set()

    # What hangs does so for 30 s.
    assert took < 20
