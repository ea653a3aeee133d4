"""P2: for all responses, the log's correlation id is the one in header and problem body."""

import re
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from tests.apps.observability import sample_urls
from tests.log_lines import LogLines

ACCEPTABLE = re.compile(r"^[A-Za-z0-9._-]{1,64}\Z")

# As WSGI servers hand headers over: bytes, each as the character of its number.
header_values = st.one_of(
    st.none(),
    st.from_regex(ACCEPTABLE),
    st.text(st.characters(max_codepoint=255), max_size=80),
    st.text("abc-_. ", min_size=60, max_size=70),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.sampled_from(
        [
            "/api/v1/sample/fails/",
            "/api/v1/sample/answers/",
            "/api/nowhere/",
            "/fail",
            "/answer/200",
        ]
    ),
    sent=header_values,
    traceparent=header_values,
)
@example(path="/api/nowhere/", sent="good\n", traceparent=None)
def test_property_p2_one_id_in_log_and_answer(
    path: str,
    sent: str | None,
    traceparent: str | None,
    settings: Settings,
    log_lines: LogLines,
) -> None:
    """For all responses: one id in header, log and problem; the sent one iff acceptable.

    Seen to fail on a guard that took an id over with a newline at its end (``$`` for ``\\Z``).
    """
    settings.ROOT_URLCONF = sample_urls.__name__
    log_lines.raw()
    named = {"HTTP_X_REQUEST_ID": sent, "HTTP_TRACEPARENT": traceparent}
    headers: Any = {name: value for name, value in named.items() if value is not None}

    response = Client(raise_request_exception=False).get(path, **headers)

    answered = response["X-Request-ID"]
    logged = {event["correlation_id"] for event in log_lines.read()}
    assert logged == {answered}
    assert ACCEPTABLE.match(answered)
    assert (answered == sent) == bool(sent and ACCEPTABLE.match(sent))
    if response["Content-Type"] == "application/problem+json":
        assert response.json()["request_id"] == answered
