"""``manage.py notifications`` operates accounts and shows no secret."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import new_vapid_key
from devstack.push.services import PushServices

pytestmark = pytest.mark.django_db


def _said(*words: str) -> str:
    output = StringIO()
    call_command("notifications", *words, stdout=output)
    return output.getvalue()


def test_web_push_is_set_up_and_tells_its_public_key() -> None:
    said = _said("add", "web", "web_push", "--set", "subject=mailto:ops@example.com")

    account = ProviderAccount.objects.get()
    assert account.config["public_key"] in said
    assert "works" in _said("test", "web")


def test_account_is_made_from_files_and_listed_without_its_secret(
    push_services: PushServices, tmp_path: Path
) -> None:
    told = next(each for each in push_services.accounts() if each["service"] == "fcm")
    file = tmp_path / "service-account.json"
    file.write_text(told["secret"])

    _said(
        *("add", "fcm", "fcm", "--secret-file", str(file)),
        *("--set", f"api_url={told['config']['api_url']}"),
    )
    listed = _said("accounts")

    assert ProviderAccount.objects.get().config["project_id"] == told["config"]["project_id"]
    assert "fcm" in listed
    assert json.loads(told["secret"])["private_key"] not in listed


def test_account_is_disabled_and_rotated(tmp_path: Path) -> None:
    _said("add", "web", "web_push", "--set", "subject=mailto:ops@example.com")
    former = ProviderAccount.objects.get().config["public_key"]
    key = tmp_path / "key.pem"
    key.write_text(new_vapid_key())

    _said("update", "web", "--disable")
    _said("rotate", "web", "--secret-file", str(key))

    account = ProviderAccount.objects.get()
    assert not account.is_enabled
    assert account.config["public_key"] != former


@pytest.mark.parametrize(
    "words",
    [
        ("test", "nobody"),
        ("rotate", "nobody"),
        ("update", "nobody", "--enable"),
        ("add", "bad", "apns", "--set", "team_id=T", "--secret-file", "missing.pem"),
        ("add", "bad", "web_push", "--set", "subject"),
        ("add", "bad", "web_push"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        _said(*words)
