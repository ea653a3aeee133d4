"""Operators sweep."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.files.models import Sweep
from apps.kernel.clock import now
from tests.factories.files import UploadFactory

pytestmark = pytest.mark.django_db


def test_an_operator_sweeps(operator: Client) -> None:
    UploadFactory.create(expires_at=now() - timedelta(hours=1))

    answer = operator.get(reverse("admin:files_sweep_sweep_now"), follow=True)

    assert b"Swept in" in answer.content
    assert Sweep.objects.get().report["expired_uploads"] == 1
