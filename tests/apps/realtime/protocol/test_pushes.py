"""Pushes: which codes let clients come back."""

import pytest

from apps.realtime.protocol.pushes import disconnect, may_return


@pytest.mark.parametrize(
    ("code", "expected"),
    [(3001, True), (3499, True), (3500, False), (3999, False), (4000, True), (4501, False)],
)
def test_codes_say_whether_clients_come_back(code: int, *, expected: bool) -> None:
    assert may_return(code) is expected
    assert disconnect(code=code, reason="x")["push"]["disconnect"]["reconnect"] is expected
