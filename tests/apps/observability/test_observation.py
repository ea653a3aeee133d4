"""One request is observed as one, whichever way it is answered."""

from typing import Any

import pytest

from apps.kernel import context
from apps.observability import measures
from apps.observability.observation import begun, known_method
from tests.log_lines import LogLines


def test_observation_begins_once() -> None:
    environ: dict[str, Any] = {"HTTP_X_REQUEST_ID": "abc"}

    first = begun(environ)

    assert begun(environ) is first
    assert first.correlation_id == "abc"


def test_what_happens_within_is_part_of_the_request(log_lines: LogLines) -> None:
    observation = begun({"REMOTE_ADDR": "8.8.8.8"})

    with observation:
        context.act_as("somebody")
    with observation:
        assert context.current().actor == "somebody"
        measures.count_statement(lambda *_: None, "SELECT 1", (), many=False, context={})
        observation.finish(method="GET", route="a/b", status=200, size=3)
        observation.finish(method="GET", route="a/b", status=500)

    (event,) = log_lines.read()
    assert (event["sql_count"], event["client"]) == (1, "public")
    assert (event["level"], event["actor"]) == ("info", "somebody")
    assert context.bound_or_none() is None
    assert measures.current() is None


@pytest.mark.parametrize(("method", "told"), [("GET", "GET"), ("BREW", "OTHER"), (None, "OTHER")])
def test_methods_are_few(method: str | None, told: str) -> None:
    assert known_method(method) == told
