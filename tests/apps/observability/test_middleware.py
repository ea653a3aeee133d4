"""Every request ends in exactly one event, and carries its correlation everywhere."""

import gc

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from prometheus_client import REGISTRY
from pytest_django import Settings

from apps.accounts.models import User
from apps.kernel import context
from apps.observability.middleware import ObservabilityMiddleware
from tests.apps.observability import sample_urls
from tests.log_lines import LogLines

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def client(settings: Settings) -> Client:
    """A client of the sample routes that meets answers of 500 as a stranger does."""
    settings.ROOT_URLCONF = sample_urls.__name__
    return Client(raise_request_exception=False)


def test_request_is_told_once_with_all_its_figures(client: Client, log_lines: LogLines) -> None:
    response = client.get("/answer/200")

    (event,) = log_lines.read()
    for name in ("timestamp", "duration_ms", "trace_id", "span_id"):
        assert event.pop(name)
    assert event == {
        "level": "info",
        "logger": "observability",
        "event": "http.request_finished",
        "method": "GET",
        "route": "answer/<int:status>",
        "status": 200,
        "user_id": None,
        "client": "loopback",
        "bytes": 10,
        "is_complete": True,
        "sql_count": 0,
        "sql_ms": 0.0,
        "cache_hits": 0,
        "cache_misses": 0,
        "cache_ms": 0.0,
        "outbound_count": 0,
        "outbound_ms": 0.0,
        "correlation_id": response["X-Request-ID"],
    }


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        ("/nowhere/anna@example.com", 404, "unmatched"),
        ("/refuse/missing", 404, "refuse/<str:why>"),
        ("/refuse/forbidden", 403, "refuse/<str:why>"),
        ("/refuse/suspicious", 400, "refuse/<str:why>"),
        ("/fail", 500, "fail"),
        ("/api/v1/sample/fails/", 500, "api/v1/sample/<str:outcome>/"),
        ("/api/v1/sample/answers/", 200, "api/v1/sample/<str:outcome>/"),
        ("/answer/503", 503, "answer/<int:status>"),
    ],
)
def test_every_outcome_is_told_with_the_route_and_never_the_path(
    path: str, status: int, route: str, client: Client, log_lines: LogLines
) -> None:
    response = client.get(path)

    (event,) = log_lines.read("http.request_finished")
    assert (response.status_code, event["status"], event["route"]) == (status, status, route)
    assert event["level"] == ("warning" if status >= 500 else "info")


def test_false_host_is_told(client: Client, log_lines: LogLines) -> None:
    response = client.get("/answer/200", headers={"Host": "evil.example"})

    events = log_lines.read()
    assert response.status_code == 400
    assert [event["level"] for event in events] == ["warning", "info"]
    assert (events[1]["status"], events[1]["route"]) == (400, "unmatched")


def test_strange_method_is_told_as_one_of_few(client: Client, log_lines: LogLines) -> None:
    client.generic("BREW", "/answer/200")

    assert log_lines.read()[0]["method"] == "OTHER"


@pytest.mark.parametrize("path", ["/fail", "/api/v1/sample/fails/"])
def test_failure_is_told_once_as_an_error(path: str, client: Client, log_lines: LogLines) -> None:
    response = client.get(path)

    events = log_lines.read()
    (error,) = [event for event in events if event["level"] == "error"]
    assert error["event"] == "http.request_failed"
    assert error["error_type"] == f"{sample_urls.__name__}.Planted"
    assert error["correlation_id"] == response["X-Request-ID"]
    assert error["method"] == "GET"
    assert "in fail" in error["stack"] or "in get" in error["stack"]
    assert len(events) == 2


def test_failing_answer_to_a_failure_is_told_once_too(
    client: Client, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken page of 500 fails again in every layer of middleware."""

    def broken(request: object) -> HttpResponse:
        raise LookupError

    monkeypatch.setattr(sample_urls, "handler500", broken)

    with pytest.raises(LookupError):
        client.get("/fail")

    errors = [event for event in log_lines.read() if event["level"] == "error"]
    assert [error["error_type"].rpartition(".")[2] for error in errors] == [
        "Planted",
        "LookupError",
    ]


def test_request_that_leaves_by_an_exception_is_told(log_lines: LogLines) -> None:
    def leave(_: object) -> HttpResponse:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ObservabilityMiddleware(leave)(RequestFactory().get("/"))

    failed, finished = log_lines.read()
    assert failed["error_type"] == "KeyboardInterrupt"
    assert finished["status"] == 500
    assert context.bound_or_none() is None


@pytest.mark.django_db
def test_stream_ends_with_its_last_chunk(client: Client, log_lines: LogLines) -> None:
    response = client.get("/stream/3")
    assert not log_lines.read("http.request_finished")

    assert response.getvalue() == b"x" * 30

    (event,) = log_lines.read()
    assert (event["bytes"], event["sql_count"], event["is_complete"]) == (30, 3, True)
    assert event["correlation_id"] == response["X-Request-ID"]


@pytest.mark.django_db
def test_stream_that_fails_is_told_as_failed_and_cut(client: Client, log_lines: LogLines) -> None:
    response = client.get("/break-off/2")

    with pytest.raises(sample_urls.Planted):
        response.getvalue()

    failed, finished = log_lines.read()
    assert (failed["event"], failed["level"]) == ("http.request_failed", "error")
    assert (finished["bytes"], finished["is_complete"]) == (20, False)
    assert failed["correlation_id"] == finished["correlation_id"] == response["X-Request-ID"]


@pytest.mark.django_db
def test_stream_that_nobody_reads_to_its_end_is_told_as_cut(
    client: Client, log_lines: LogLines
) -> None:
    response = client.get("/stream/3")
    next(iter(response))
    response.close()

    (event,) = log_lines.read()
    assert (event["bytes"], event["is_complete"]) == (10, False)


@pytest.mark.parametrize("sent", ["a", "A.b_c-9", "x" * 64])
def test_acceptable_id_is_taken_over(sent: str, client: Client, log_lines: LogLines) -> None:
    response = client.get("/answer/200", headers={"X-Request-ID": sent})

    assert response["X-Request-ID"] == sent
    assert log_lines.read()[0]["correlation_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\nb", "ä", "<script>", "a\x00"])
def test_other_ids_are_replaced(sent: str, client: Client) -> None:
    response = client.get("/answer/200", headers={"X-Request-ID": sent})

    assert response["X-Request-ID"] != sent
    assert len(response["X-Request-ID"]) == 36


def test_trace_is_continued_with_a_span_of_our_own(client: Client, log_lines: LogLines) -> None:
    client.get("/answer/200", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})

    (event,) = log_lines.read()
    assert event["trace_id"] == TRACE
    assert event["span_id"] != "00f067aa0ba902b7"


def test_user_is_told_by_public_id(client: Client, log_lines: LogLines) -> None:
    client.get("/sign-in")

    (event,) = log_lines.read()
    assert (event["user_id"], event["actor"]) == ("somebody", "somebody")


@pytest.mark.django_db
def test_user_of_a_session_is_told_where_somebody_asked(
    staff: User, settings: Settings, log_lines: LogLines
) -> None:
    client = Client()
    client.force_login(staff)
    client.get("/admin/")

    (event,) = log_lines.read("http.request_finished")
    assert event["user_id"] == str(staff.public_id)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("203.0.113.9", "private"),
        ("8.8.8.8", "public"),
        ("10.0.0.1", "private"),
        ("::1", "loopback"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_client_is_told_by_the_kind_of_address_only(
    address: str, kind: str, client: Client, log_lines: LogLines
) -> None:
    client.get("/answer/200", REMOTE_ADDR=address)

    (event,) = log_lines.read()
    assert event["client"] == kind
    assert not address or address not in str(event)


def test_requests_are_counted_by_template_and_class(client: Client) -> None:
    labels = {"method": "GET", "route": "answer/<int:status>", "status": "4xx"}
    before = REGISTRY.get_sample_value("mainstay_http_requests_total", labels) or 0

    client.get("/answer/404")
    client.get("/answer/418")

    assert REGISTRY.get_sample_value("mainstay_http_requests_total", labels) == before + 2


@pytest.mark.django_db
def test_requests_in_flight_are_none_in_the_end(client: Client) -> None:
    before = REGISTRY.get_sample_value("mainstay_http_requests_in_flight")

    client.get("/fail")
    response = client.get("/stream/3")
    during = REGISTRY.get_sample_value("mainstay_http_requests_in_flight")
    response.close()
    gc.collect()

    assert during == (before or 0) + 1
    assert REGISTRY.get_sample_value("mainstay_http_requests_in_flight") == before
