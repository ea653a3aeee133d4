"""Names of channels, and which channels the scopes of an audience are."""

import pytest

from apps.kernel.ids import new_id
from apps.realtime.channels import channels_of, parsed
from apps.realtime.errors import UnknownChannel

ID = "018f0000-0000-7000-8000-00000000abcd"


def test_name_says_for_whom_the_channel_is() -> None:
    public_id = new_id()

    hers, room = parsed(f"user:{public_id}"), parsed(f"room:building:{public_id}")

    assert (hers.kind, hers.scope) == ("user", f"user:{public_id}")
    assert (room.kind, room.scope) == ("room", f"building:{public_id}")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "user",
        "user:",
        "user:42",
        "room:building",
        "room:building:",
        f"room:garden:{ID}",
        f"building:{ID}",
        f"user:{ID}".upper(),
        f"user:{ID.replace('-', '')}",
        f"user:{{{ID}}}",
        f"user:{ID}:x",
        "room:user:" + ID,
        "user:" + "a" * 10_000,
    ],
)
def test_other_names_are_no_channels(name: str) -> None:
    with pytest.raises(UnknownChannel) as caught:
        parsed(name)

    assert len(str(caught.value)) < 200


def test_scopes_become_channels_once_and_in_order() -> None:
    user, house = f"user:{new_id()}", f"building:{new_id()}"

    assert channels_of((house, user, house, f"about:{new_id()}")) == (f"room:{house}", user)
