"""Which uploads somebody sees."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.files.open_uploads import open_uploads_of, uploads_of
from apps.files.types import UploadState
from apps.kernel import clock
from tests.factories.files import UploadFactory

pytestmark = pytest.mark.django_db


def test_open_are_those_that_may_be_gone_on_with(owner: User, stranger: User) -> None:
    under_way = UploadFactory.create(owner=owner)
    complete = UploadFactory.create(owner=owner, state=UploadState.COMPLETE)
    expired = UploadFactory.create(owner=owner, expires_at=clock.now() - timedelta(seconds=1))
    UploadFactory.create(owner=stranger)

    assert list(open_uploads_of(owner.pk)) == [under_way]
    assert set(uploads_of(owner.pk)) == {under_way, complete, expired}
