"""The pages of the playground: plain, offline, and not there when hosted."""

import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core import mail as django_mail
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.playground.demo import set_the_stage
from apps.playground.links import LINKS


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def send(folder: Path, *, to: str, text: str) -> None:
    message = django_mail.EmailMessage("Please confirm", text, to=[to])
    EmailBackend(file_path=str(folder)).send_messages([message])


def test_welcome_shows_where_to_look_and_what_to_type(client: Client) -> None:
    page = client.get("/")

    assert page.status_code == 200
    for link in LINKS:
        assert f'href="{link.path}"' in page.text
    assert "curl http://testserver/health/ready" in page.text


@pytest.mark.django_db
@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.title)
def test_every_link_leads_somewhere(client: Client, link: tuple[str, str, str]) -> None:
    _, path, _ = link

    assert client.get(path, follow=True).status_code in {200, 503}


@pytest.mark.parametrize("path", ["/", "/playground/mail/"])
def test_pages_load_nothing_from_elsewhere(client: Client, folder: Path, path: str) -> None:
    page = client.get(path).text

    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    assert "<script" not in page
    assert "@import" not in page


def test_mailbox_lists_mails_newest_first(client: Client, folder: Path) -> None:
    send(folder, to="ada@example.com", text="first")
    send(folder, to="bob@example.com", text="second")

    page = client.get("/playground/mail/").text

    assert page.index("bob@example.com") < page.index("ada@example.com")


def test_mails_are_data_for_programs(client: Client, folder: Path) -> None:
    send(folder, to="ada@example.com", text="Your code:\n\nBCDF-GHJK\n")
    send(folder, to="bob@example.com", text="not for Ada")

    [mail] = client.get("/playground/mail/", {"to": "ada@example.com", "format": "json"}).json()

    assert mail["to"] == ["ada@example.com"]
    assert (mail["subject"], mail["code"]) == ("Please confirm", "BCDF-GHJK")
    assert mail["date"]


def test_one_mail_is_shown_with_its_code(client: Client, folder: Path) -> None:
    send(folder, to="ada@example.com", text="Your code:\n\nBCDF-GHJK\n\n<b>not bold</b>")
    [mail] = client.get("/playground/mail/", {"format": "json"}).json()

    page = client.get(f"/playground/mail/{mail['id']}/").text

    assert '<code class="code">BCDF-GHJK</code>' in page
    assert "&lt;b&gt;not bold&lt;/b&gt;" in page


def test_mail_that_never_was_is_not_found(client: Client, folder: Path) -> None:
    assert client.get("/playground/mail/0123/").status_code == 404


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_playground_is_not_there_when_hosted(stage: str) -> None:
    environment = {
        "ENVIRONMENT": stage,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "KEYRING_MASTER_KEY": Fernet.generate_key().decode(),
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:9/nowhere",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "BASE_URL": "https://api.example.com",
        "STATE_DIR": "/nowhere",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    ask = (
        "import django; django.setup()\n"
        "from django.core.management import get_commands\n"
        "from django.urls import Resolver404, resolve\n"
        "assert 'demo_data' not in get_commands()\n"
        "for path in ('/', '/playground/mail/'):\n"
        "    try: resolve(path)\n"
        "    except Resolver404: print('absent', path)\n"
    )

    answer = subprocess.run(
        [sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == ["absent", "/", "absent", "/playground/mail/"]


@pytest.mark.django_db
def test_phone_signs_its_person_in(client: Client) -> None:
    set_the_stage()
    client.get("/playground/phones/eli/")

    way_in = client.post("/playground/phones/eli/session/").json()

    phone = APIClient(headers={"Authorization": f"Bearer {way_in['access_token']}"})
    assert phone.get("/api/v1/accounts/me/").json()["name"] == "Eli Example"
    [building] = phone.get("/api/v1/buildings/").json()["items"]
    assert way_in["room"] == f"room:building:{building['id']}"


@pytest.mark.django_db
def test_page_of_another_site_signs_nobody_in() -> None:
    set_the_stage()

    answer = Client(enforce_csrf_checks=True).post("/playground/phones/eli/session/")

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/playground/phones/"])
def test_pushes_are_a_click_away(path: str, client: Client, settings: Settings) -> None:
    settings.PLAYGROUND_PUSH_URL = "http://127.0.0.1:8010"

    assert 'href="http://127.0.0.1:8010/"' in client.get(path).text


def test_both_phones_are_shown_side_by_side(client: Client) -> None:
    page = client.get("/playground/phones/").text

    assert page.count("<iframe") == 2
    assert client.get("/playground/phones/dana/")["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/playground/phones/nobody/").status_code == 404
