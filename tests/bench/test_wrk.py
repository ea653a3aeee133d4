"""The load generator is told what to send and is understood."""

import pytest

from bench.cells import Request
from bench.wrk import PLACEHOLDER, SCRIPT, LoadFailed, as_lua, read

SAID = (
    "Running 1s test @ http://127.0.0.1:8000\n  1 threads and 32 connections\n"
    '{"requests": 3000, "microseconds": 1500000, "refused": 2, "broken": 1, '
    '"p99_microseconds": 2500}\n'
)


def test_last_line_tells_what_came_of_the_load() -> None:
    load = read(SAID)

    assert (load.requests, load.refused, load.broken) == (3000, 2, 1)
    assert load.per_second == 2000
    assert load.p99_ms == 2.5


@pytest.mark.parametrize("output", ["", "unable to connect", '{"requests": 1}', "[]"])
def test_other_output_is_a_failure(output: str) -> None:
    with pytest.raises(LoadFailed):
        read(output)


def test_request_becomes_a_lua_table() -> None:
    request = Request(method="POST", path="/a", headers={"A": "b"}, body='{"x": "ü\\"}')

    lua = as_lua([request])

    assert lua.startswith('return {\n  {method="POST", path="/a", headers={["A"]="b"}, body="{')
    assert r"\034x\034: \034\195\188\092\034}" in lua


def test_fresh_header_gets_the_placeholder_that_the_script_replaces() -> None:
    lua = as_lua([Request(path="/", fresh="Idempotency-Key")])

    assert f'["Idempotency-Key"]="{PLACEHOLDER}"' in lua
    assert PLACEHOLDER in SCRIPT.read_text()
