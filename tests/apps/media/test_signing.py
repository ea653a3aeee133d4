"""A signed URL opens what was signed, until it expires, and nothing else (P21)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.kernel import clock
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, revoke_key
from apps.keyring.types import Purpose
from apps.media.asking import read_request
from apps.media.errors import BadSignature
from apps.media.signing import keys_mark, path_of, signed_path, verify
from apps.media.types import Asked, OwnFile, Parameters, Remote

pytestmark = pytest.mark.django_db

FILE = OwnFile(UUID("019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"))
SOON = 4_000_000_000


@pytest.fixture(autouse=True)
def keys_are_read_anew() -> Iterator[None]:
    """Leave no key in memory that goes with the test's transaction."""
    yield
    ring.forget()


def of_file(**more: object) -> Asked:
    known: dict[str, object] = {"parameters": Parameters(width=600, height=300), "expires": SOON}
    return Asked(source=FILE, **(known | more))  # type: ignore[arg-type]  # each its type


def read(path: str) -> Asked:
    place, _, query = path.partition("?")
    return read_request(place, query)


def test_signed_url_is_taken_in_whatever_order_it_is_written() -> None:
    path = signed_path(of_file())
    place, _, query = path.partition("?")
    shuffled = "&".join(reversed(query.split("&")))

    verify(read(path))
    verify(read(f"{place}?{shuffled}"))


@pytest.mark.parametrize(
    "other",
    [
        of_file(parameters=Parameters(width=601, height=300)),
        of_file(parameters=Parameters()),
        of_file(expires=SOON + 1),
        of_file(expires=0),
        of_file(preset="thumb", parameters=Parameters()),
        Asked(source=OwnFile(uuid4()), parameters=Parameters(width=600, height=300), expires=SOON),
        Asked(
            source=Remote("https://a.test/"),
            parameters=Parameters(width=600, height=300),
            expires=SOON,
        ),
    ],
    ids=["width", "no parameters", "later", "for ever", "preset", "file", "remote"],
)
def test_signature_is_for_nothing_else(other: Asked) -> None:
    signature = read(signed_path(of_file())).signature

    with pytest.raises(BadSignature):
        verify(read(path_of(other, signature=signature)))


def test_every_changed_character_of_a_signature_is_noticed() -> None:
    path = signed_path(of_file())
    start = path.index("signature=") + len("signature=")
    for position in range(start, len(path)):
        other = "A" if path[position] != "A" else "B"
        with pytest.raises(BadSignature):
            verify(read(f"{path[:position]}{other}{path[position + 1 :]}"))


@pytest.mark.parametrize("signature", ["", ".", "x", "x.y", "é.é", "a" * 5000])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature):
        verify(of_file(signature=signature))


def test_url_is_over_when_it_expires() -> None:
    past = int((clock.now() - timedelta(seconds=1)).timestamp())

    with pytest.raises(BadSignature, match="time is over"):
        verify(read(signed_path(of_file(expires=past))))


def test_former_key_counts_until_it_is_revoked() -> None:
    path = signed_path(of_file())
    former, before = read(path).signature.rpartition(".")[0], keys_mark()
    activate_key(kid=add_key(purpose=Purpose.SIGNED_URL))
    ring.forget()

    verify(read(path))
    verify(read(signed_path(of_file())))
    revoke_key(kid=former, is_forced=True)
    ring.forget()

    assert keys_mark() != before
    with pytest.raises(BadSignature):
        verify(read(path))
    verify(read(signed_path(of_file())))
