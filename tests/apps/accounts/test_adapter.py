"""What allauth asks and we answer: mail after the commit, addresses through proxies."""

import pytest
from allauth.core.context import request_context
from django.core import mail
from django.db import transaction
from django.test import RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from apps.accounts.adapter import AccountAdapter, HeadlessAdapter
from apps.accounts.models import User
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import Phone

pytestmark = pytest.mark.django_db


def adapter() -> AccountAdapter:
    with request_context(RequestFactory().get("/")):
        return AccountAdapter()


def test_mail_is_sent_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        adapter().send_mail("account/email/unknown_account", "ada@example.com", {"signup_url": "x"})
        assert mail.outbox == []

    assert [message.to for message in mail.outbox] == [["ada@example.com"]]


def test_mail_of_what_was_rolled_back_is_never_sent(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        adapter().send_mail("account/email/unknown_account", "ada@example.com", {"signup_url": "x"})
        transaction.set_rollback(True)

    assert mail.outbox == []


def test_attempts_are_counted_for_the_address_that_the_proxy_saw(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})

    assert adapter().get_client_ip(request) == "203.0.113.7"


def test_user_is_shown_by_public_id_and_name(owner: User) -> None:
    shown = HeadlessAdapter().serialize_user(owner)

    assert shown["id"] == str(owner.public_id)
    assert shown["display"] == "Olga Owner"


def test_mail_names_our_host_whatever_the_request_said(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Settings
) -> None:
    settings.BASE_URL = "https://api.example.com"
    context = {"user": User(email="ada@example.com"), "code": "X"}

    with django_capture_on_commit_callbacks(execute=True):
        adapter().send_mail("account/email/email_confirmation", "ada@example.com", context)

    assert "api.example.com" in str(mail.outbox[0].body)


def test_attempt_that_found_no_place_to_hash_is_not_held_against_anybody(
    owner: User, settings: Settings
) -> None:
    with all_hashing_places_taken(settings):
        for _ in range(10):
            assert Phone().sign_in(owner.email).status_code == 503

    assert Phone().sign_in(owner.email).status_code == 200
