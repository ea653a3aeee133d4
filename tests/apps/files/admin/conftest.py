"""Operators in their browsers, and a row for each page."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.files.models import Sweep
from apps.files.services.sweeping import sweep
from tests.factories.accounts import UserFactory
from tests.factories.files import (
    BlobFactory,
    FileFactory,
    RenditionFactory,
    UploadFactory,
    UsageFactory,
)


@pytest.fixture
def operator(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def watcher() -> Client:
    """Who may look, and do nothing."""
    user = UserFactory.create(is_staff=True)
    may_look = Permission.objects.filter(
        content_type__app_label="files", codename__startswith="view_"
    )
    user.user_permissions.set(may_look)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def everything() -> dict[str, Any]:
    """A row of each page."""
    sweep()
    photo = BlobFactory.create(content_type="image/jpeg", width=4000, height=3000)
    return {
        "file": FileFactory.create(blob=photo, name="<b>Sommer</b>.jpg"),
        "blob": photo,
        "rendition": RenditionFactory.create(blob=photo),
        "upload": UploadFactory.create(offset_bytes=250),
        "usage": UsageFactory.create(used_bytes=512 * 1024**2),
        "sweep": Sweep.objects.get(),
    }
