"""Operators discard uploads that are under way."""

import pytest
from django.test import Client

from apps.files.models import Upload
from tests.apps.files.admin.operator import act
from tests.factories.files import UploadFactory

pytestmark = pytest.mark.django_db


def test_an_upload_is_discarded_and_a_complete_one_is_not(operator: Client) -> None:
    under_way = UploadFactory.create()
    complete = UploadFactory.create(state="complete")

    act(operator, "upload", "discard", under_way)
    act(operator, "upload", "discard", complete)

    assert list(Upload.objects.all()) == [complete]
