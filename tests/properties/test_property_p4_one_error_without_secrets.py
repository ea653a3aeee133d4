"""P4: for all exceptions, there is one error event that tells them, and nothing secret."""

import re
import string
from typing import Any

import orjson
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from tests.apps.observability import sample_urls
from tests.log_lines import LogLines

SAFE = string.ascii_letters + string.digits
# Marked, so that the text around it is never the same by chance.
LONG = st.text(SAFE + "-_", max_size=40).map(lambda text: f"hunter2{text}")

# A secret, and how it may stand in a text.
secrets: st.SearchStrategy[tuple[str, str]] = st.one_of(
    st.tuples(LONG, LONG, LONG).map(lambda parts: (parts[1], "eyJ" + ".".join(parts))),
    LONG.map(lambda key: (key, f"whsec_{key}")),
    LONG.map(lambda token: (token, f"Bearer {token}")),
    LONG.map(lambda token: (token, f"Authorization: Basic {token}")),
    st.tuples(
        st.sampled_from(["password", "api_key", "client_secret", "refresh-token", "sessionid"]),
        st.sampled_from(["{}={}", "{}: {}", '"{}": "{}"', "'{}':'{}'", "X_{}='{}'"]),
        LONG,
    ).map(lambda parts: (parts[2], parts[1].format(parts[0], parts[2]))),
    st.tuples(LONG, st.text(SAFE + "/@:!$", max_size=30), LONG).map(
        lambda parts: (
            parts[0] + parts[1],
            f"postgresql://{parts[2]}:{parts[0]}{parts[1]}@db.internal:5432/x",
        )
    ),
    st.emails().map(lambda address: (address, address)),
)
around = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
types: st.SearchStrategy[type[Exception]] = st.sampled_from(
    [ValueError, KeyError, OSError, RuntimeError, UnicodeError, sample_urls.Planted]
)
PATHS = {"django": "/fail", "rest": "/api/v1/sample/fails/", "stream": "/break-off/1"}


@st.composite
def failures(draw: st.DrawFn) -> tuple[Exception, str]:
    """Draw an exception and a secret it holds somewhere."""
    secret, shown = draw(secrets)
    exception = draw(types)(f"{draw(around)} {shown} {draw(around)}")
    place = draw(st.sampled_from(["message", "cause", "note", "group"]))
    if place == "cause":
        outer = draw(types)(draw(around))
        outer.__cause__ = exception
        return outer, secret
    if place == "note":
        other = draw(types)(draw(around))
        other.add_note(str(exception))
        return other, secret
    if place == "group":
        return ExceptionGroup(draw(around), [exception]), secret
    return exception, secret


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(failure=failures(), view=st.sampled_from(["django", "rest", "stream"]))
def test_property_p4_one_error_without_secrets(
    failure: tuple[Exception, str],
    view: str,
    settings: Settings,
    log_lines: LogLines,
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,
) -> None:
    """For all exceptions: one error event with type, fingerprint and correlation id.

    Seen to fail on redaction of messages only, which left the secrets of causes in the stack.
    """
    exception, secret = failure

    def planted(*_: Any) -> Exception:
        return exception

    settings.ROOT_URLCONF = sample_urls.__name__
    monkeypatch.setattr(sample_urls, "Planted", planted)
    log_lines.raw()

    response = Client(raise_request_exception=False).get(PATHS[view])
    if response.streaming:
        with pytest.raises(type(exception)):
            response.getvalue()

    lines = log_lines.raw()
    assert not any(secret in line for line in lines)
    (error,) = [event for line in lines if (event := orjson.loads(line))["level"] == "error"]
    assert error["event"] == "http.request_failed"
    assert error["error_type"].rpartition(".")[2] == type(exception).__name__
    assert re.fullmatch("[0-9a-f]{16}", error["fingerprint"])
    assert error["correlation_id"] == response["X-Request-ID"]
