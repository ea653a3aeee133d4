"""P21: a signed URL is good before its time for its file only; any changed byte is refused."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.files.errors import BadSignature
from apps.files.services import signing
from apps.files.services.signing import Grant, granted, signed_url
from apps.files.types import Disposition

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
grants = st.builds(
    Grant,
    file_id=st.uuids(),
    user_id=st.uuids(),
    rendition=st.one_of(st.sampled_from(["", "300", "full.webp"]), st.text(max_size=31)),
    disposition=st.one_of(st.none(), st.sampled_from(Disposition)),
    expires_at=st.integers(0, 7 * 86400).map(lambda seconds: NOON + timedelta(seconds=seconds)),
)


def opened(url: str, *, file_id: UUID, at: datetime) -> Grant:
    """Return what a URL, without its host, gives at a moment."""
    path, _, query = url.partition("?")
    with patch.object(signing, "now", lambda: at):
        return granted(file_id, path=path, query=query)


def url_of(grant: Grant) -> str:
    parts = urlsplit(signed_url(grant))
    return f"{parts.path}?{parts.query}"


@given(grant=grants, offset=st.integers(-8 * 86400, 8 * 86400))
def test_it_is_good_before_its_time_and_not_at_or_after_it(grant: Grant, offset: int) -> None:
    url, moment = url_of(grant), grant.expires_at + timedelta(seconds=offset)

    if offset < 0:
        assert opened(url, file_id=grant.file_id, at=moment) == grant
    else:
        with pytest.raises(BadSignature):
            opened(url, file_id=grant.file_id, at=moment)


@given(grant=grants, place=st.integers(min_value=0), byte=st.integers(1, 255))
def test_any_changed_byte_is_refused(grant: Grant, place: int, byte: int) -> None:
    url = url_of(grant)
    place %= len(url)
    changed = url[:place] + chr(byte) + url[place + 1 :]
    assume(changed != url)

    with pytest.raises(BadSignature):
        opened(changed, file_id=grant.file_id, at=grant.expires_at - timedelta(seconds=1))


@given(grant=grants, start=st.integers(min_value=0), length=st.integers(1, 20), extra=st.text())
def test_nothing_can_be_left_out_or_put_in(
    grant: Grant, start: int, length: int, extra: str
) -> None:
    url = url_of(grant)
    start %= len(url)

    for changed in (url[:start] + url[start + length :], url[:start] + extra + url[start:]):
        if changed != url:
            with pytest.raises(BadSignature):
                opened(changed, file_id=grant.file_id, at=grant.expires_at - timedelta(seconds=1))


@given(grant=grants, other=st.uuids())
def test_it_is_for_one_file(grant: Grant, other: UUID) -> None:
    assume(other != grant.file_id)
    url, moment = url_of(grant), grant.expires_at - timedelta(seconds=1)

    for path in (url, url.replace(str(grant.file_id), str(other))):
        with pytest.raises(BadSignature):
            opened(path, file_id=other, at=moment)
