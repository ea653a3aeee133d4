"""The bundled push services are understood by clients that we did not write, and so are we."""

import base64
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from apps.notifications import services
from apps.notifications.types import PushService
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, device_at
from tests.devstack.push.senders import ALERT, DEVICE, WebPushSender, provider_token
from tests.factories.notifications import DeliveryFactory

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

LARGEST_TEXT = 3993
HEBREW = "בקשת תחזוקה חדשה מ־\u2068Dana\u2069 🏠"


def _node(script: str, told: dict[str, Any]) -> str:
    node = shutil.which("node")
    assert node, "make test-system installs it"
    found = subprocess.run(
        [node, str(Path(__file__).parent / script)],
        input=json.dumps(told) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip()


def _opened_by_node(push_services: PushServices) -> bytes:
    """Return what npm's http_ece finds in the newest push."""
    push = push_services.journal.pushes()[-1]
    device = push_services.web_push.subscriptions.get(push.token)
    assert device is not None
    body = base64.b64encode(push.body).decode()
    keys = {"private_key": device.private_key, "auth": device.auth}
    return base64.b64decode(_node("open_web_push.js", {"body": body, **keys}))


@pytest.mark.parametrize("text", [HEBREW, "x" * LARGEST_TEXT], ids=["hebrew", "largest"])
async def test_npm_opens_what_python_has_encrypted(text: str, push_services: PushServices) -> None:
    device = push_services.web_push.subscriptions.add({})
    subscription = device.as_browser_shows_it(push_services.url)

    answer = await WebPushSender().send(subscription, text.encode())

    assert answer.status == 201
    assert _opened_by_node(push_services) == text.encode()


@pytest.mark.django_db
def test_npm_opens_what_mainstay_delivers(push_services: PushServices, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    device = device_at(push_services, account_at(push_services, PushService.WEB_PUSH))
    delivery = DeliveryFactory.create(registration=device)

    services.deliver_due()

    opened = json.loads(_opened_by_node(push_services))
    assert opened == push_services.journal.pushes()[-1].payload()
    assert opened["notification"]["data"]["delivery_id"] == str(delivery.public_id)


def test_push_of_npms_web_push_is_accepted_and_opened(push_services: PushServices) -> None:
    device = push_services.web_push.subscriptions.add({})
    subscription = device.as_browser_shows_it(push_services.url)
    text = json.dumps({"notification": {"title": HEBREW}})

    status = _node("send_web_push.js", {"subscription": subscription, "text": text})

    [push] = push_services.journal.pushes()
    assert status == "201"
    assert push.payload() == json.loads(text)
    assert (push.headers["Topic"], push.sender) == ("of-node", "mailto:team@example.com")


def test_curl_pushes_over_http2(push_services: PushServices) -> None:
    key = push_services.consoles.new_key("CURLTEAM01")
    headers = {
        "authorization": f"bearer {provider_token(key, iat=int(time.time()) - 60)}",
        "apns-topic": "app.mainstay.demo",
        "apns-push-type": "alert",
    }
    options = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    ca_file = str(push_services.authority.ca_file)
    url = f"https://{push_services.apns_host}/3/device/{DEVICE}"
    told = ["--write-out", "%{http_code} over %{http_version}", "--data", ALERT.decode(), url]

    answer = subprocess.run(
        ["curl", "--silent", "--show-error", "--http2", "--cacert", ca_file, *options, *told],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stdout == "200 over 2", answer.stderr
    assert push_services.journal.pushes()[0].is_accepted
