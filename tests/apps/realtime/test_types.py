"""The words of realtime mean what clients take them for."""

import pytest

from apps.kernel.ids import new_id
from apps.realtime.types import ROOM, ChannelName, CloseCode

FINAL = {
    CloseCode.INVALID_TOKEN,
    CloseCode.BAD_REQUEST,
    CloseCode.FORCED,
    CloseCode.CONNECTION_LIMIT,
    CloseCode.SESSION_ENDED,
}


@pytest.mark.parametrize("code", FINAL)
def test_clients_stay_away_after_final_codes(code: CloseCode) -> None:
    assert 3500 <= code < 4000 or 4500 <= code < 5000


def test_name_of_a_channel_knows_its_scope() -> None:
    public_id = new_id()

    name = ChannelName(kind=ROOM, scope_kind="building", scope_id=public_id)

    assert name.scope == f"building:{public_id}"
