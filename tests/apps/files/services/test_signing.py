"""Signed URLs: whoever has one is given one file, as one user would be, until it expires."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from apps.files.errors import BadSignature
from apps.files.services import signing
from apps.files.services.signing import Grant, content_path, expiry, granted, signed_url
from apps.files.types import Disposition
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, revoke_key
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def grant() -> Grant:
    return Grant(
        file_id=new_id(),
        user_id=new_id(),
        rendition="300.webp",
        disposition=Disposition.INLINE,
        expires_at=expiry(timedelta(minutes=5)).replace(microsecond=0),
    )


def opened(url: str, file_id: UUID) -> Grant:
    parts = urlsplit(url)
    return granted(file_id, path=parts.path, query=parts.query)


def test_a_url_gives_what_was_signed(grant: Grant) -> None:
    url = signed_url(grant)

    assert url.startswith(f"http://testserver/api/v1/files/{grant.file_id}/content?")
    assert opened(url, grant.file_id) == grant


def test_a_url_without_wishes_gives_the_file_itself(grant: Grant) -> None:
    plain = Grant(file_id=grant.file_id, user_id=grant.user_id, expires_at=grant.expires_at)

    assert opened(signed_url(plain), grant.file_id) == plain


def test_a_url_of_one_file_opens_no_other(grant: Grant) -> None:
    other = new_id()
    query = urlsplit(signed_url(grant)).query

    for path in (content_path(grant.file_id), content_path(other)):
        with pytest.raises(BadSignature):
            granted(other, path=path, query=query)


def test_a_url_ends_at_its_moment(grant: Grant, monkeypatch: pytest.MonkeyPatch) -> None:
    url = signed_url(grant)
    monkeypatch.setattr(signing, "now", lambda: grant.expires_at - timedelta(microseconds=1))
    assert opened(url, grant.file_id) == grant
    monkeypatch.setattr(signing, "now", lambda: grant.expires_at)

    with pytest.raises(BadSignature, match="expired"):
        opened(url, grant.file_id)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("inline", "attachment"),
        ("300.webp", "full.webp"),
        ("rendition=", "rendition=full&rendition="),
        ("&signature=", "&rendition=full&signature="),
        ("&signature=", "&signature=x&signature="),
        ("&signature=", "&signature="),
        ("&signature=", "&Signature="),
        ("&signature=", "&signature=%20"),
        ("expires=", "expires=%20"),
        ("expires=", "expires=0"),
    ],
)
def test_a_changed_url_is_refused(old: str, new: str, grant: Grant) -> None:
    parts = urlsplit(signed_url(grant))
    changed = parts.query.replace(old, new) if old != new else f"{parts.query}="

    with pytest.raises(BadSignature):
        granted(grant.file_id, path=parts.path, query=changed)


@pytest.mark.parametrize(
    "signature", ["", "&signature=", "&signature=.", "&signature=\ud800.\ud800"]
)
def test_a_url_without_a_signature_is_refused(signature: str, grant: Grant) -> None:
    parts = urlsplit(signed_url(grant))
    signed = parts.query.partition("&signature=")[0]

    for query in (signed + signature, signature):
        with pytest.raises(BadSignature):
            granted(grant.file_id, path=parts.path, query=query)


def test_urls_outlive_the_rotation_of_their_key_and_not_its_revocation(grant: Grant) -> None:
    url = signed_url(grant)
    kid = urlsplit(url).query.rpartition("signature=")[2].partition(".")[0]
    activate_key(kid=add_key(purpose=Purpose.SIGNED_URL))
    ring.forget()

    assert opened(url, grant.file_id) == grant
    assert signed_url(grant) != url
    revoke_key(kid=kid)
    ring.forget()
    with pytest.raises(BadSignature):
        opened(url, grant.file_id)


def test_what_is_shown_again_soon_has_the_same_url(monkeypatch: pytest.MonkeyPatch) -> None:
    def expiry_at(moment: datetime) -> datetime:
        monkeypatch.setattr(signing, "now", lambda: moment)
        return expiry()

    assert expiry_at(NOON) == expiry_at(NOON + timedelta(minutes=14, seconds=59))
    assert expiry_at(NOON) == NOON + timedelta(hours=1, minutes=15)
    assert expiry_at(NOON + timedelta(minutes=15)) == NOON + timedelta(hours=1, minutes=30)
    assert clock.now() != NOON
