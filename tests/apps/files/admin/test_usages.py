"""Operators move people to other tiers, and change nothing else of their usage."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_an_operator_moves_somebody_to_another_tier(
    operator: Client, everything: dict[str, Any]
) -> None:
    usage = everything["usage"]
    page = reverse("admin:files_usage_change", args=[usage.pk])

    operator.post(page, {"tier": "premium", "used_bytes": "0"})
    operator.post(page, {"tier": "unheard of"})

    usage.refresh_from_db()
    assert (usage.tier, usage.used_bytes) == ("premium", 512 * 1024**2)
