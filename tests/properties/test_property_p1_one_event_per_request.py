"""P1: for all requests, there is exactly one "request finished" event with all it must hold."""

from http import HTTPStatus

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from tests.apps.observability import sample_urls
from tests.log_lines import LogLines

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

# Path, the route's template, and the status it ends with; None where the method decides.
outcomes: st.SearchStrategy[tuple[str, str, int | None]] = st.one_of(
    st.sampled_from(list(HTTPStatus)).map(
        lambda status: (f"/answer/{status.value}", "answer/<int:status>", status.value)
    ),
    st.sampled_from([("missing", 404), ("forbidden", 403), ("suspicious", 400)]).map(
        lambda why: (f"/refuse/{why[0]}", "refuse/<str:why>", why[1])
    ),
    st.just(("/fail", "fail", 500)),
    st.just(("/api/v1/sample/fails/", "api/v1/sample/<str:outcome>/", None)),
    st.integers(0, 3).map(lambda chunks: (f"/stream/{chunks}", "stream/<int:chunks>", 200)),
    st.text(max_size=20).map(lambda text: (f"/nowhere/{text}", "unmatched", 404)),
)


@pytest.mark.django_db(transaction=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(METHODS),
    outcome=outcomes,
    host=st.sampled_from(["testserver", "localhost", "evil.example", "a b", ""]),
    query=st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3),
)
def test_property_p1_one_event_per_request(
    method: str,
    outcome: tuple[str, str, int | None],
    host: str,
    query: dict[str, str],
    settings: Settings,
    log_lines: LogLines,
) -> None:
    """For all requests: one event with method, route, status, duration and correlation id.

    Seen to fail on a guard that told a stream as finished with its headers and with its end.
    """
    settings.ROOT_URLCONF = sample_urls.__name__
    path, route, status = outcome
    log_lines.raw()

    response = Client(raise_request_exception=False).generic(
        method, path, QUERY_STRING="&".join(f"{k}={v}" for k, v in query.items()), HTTP_HOST=host
    )
    if response.streaming:
        response.getvalue()

    (event,) = log_lines.read("http.request_finished")
    if host in {"evil.example", "a b", ""}:
        # Refused before it had a route.
        route, status = "unmatched", 400
    assert event["method"] == method
    assert event["route"] == route
    assert event["status"] == response.status_code
    assert status is None or status == response.status_code
    assert event["duration_ms"] > 0
    assert event["correlation_id"] == response["X-Request-ID"]
