"""Contents are found by their hash."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_blob_is_found_by_its_hash(operator: Client, everything: dict[str, Any]) -> None:
    blob = everything["blob"]
    link = reverse("admin:files_blob_change", args=[blob.pk])

    for term, is_found in ((blob.sha256.upper(), True), (blob.sha256[:12], False)):
        listed = operator.get(reverse("admin:files_blob_changelist"), {"q": term})
        assert (link in listed.content.decode()) is is_found
