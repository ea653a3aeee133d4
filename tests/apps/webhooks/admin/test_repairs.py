"""Operators watch recoveries, stop them, and read what the doctor found."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.webhooks.models import Examination, Recovery
from apps.webhooks.services import examine_waiting
from tests.apps.webhooks.admin.operator import act, operator_of
from tests.factories.webhooks import EndpointFactory, ExaminationFactory, RecoveryFactory
from tests.hostile_server import HostileServer


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_recovery_is_watched_and_stopped(operator: Client) -> None:
    recovery = RecoveryFactory.create(total=8, done=2)

    listed = operator.get(reverse("admin:webhooks_recovery_changelist")).content.decode()
    shown = operator.get(reverse("admin:webhooks_recovery_change", args=[recovery.pk]))
    act(operator, "admin:webhooks_recovery_changelist", "cancel", recovery)

    assert '<progress max="100" value="25.0">' in listed
    assert "per second" in shown.content.decode()
    assert Recovery.objects.get().state == "cancelled"


def test_report_of_the_doctor_is_readable(operator: Client, partner: HostileServer) -> None:
    examination = ExaminationFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    url = reverse("admin:webhooks_examination_change", args=[examination.pk])
    assert "Not examined yet." in operator.get(url).content.decode()

    examine_waiting()

    text = operator.get(url).content.decode()
    assert "verify the signature over the raw bytes" in text
    assert 'data-outcome="failed"' in text
    assert Examination.objects.get().finding == "unsound"
    assert operator.get(reverse("admin:webhooks_examination_changelist")).status_code == 200
