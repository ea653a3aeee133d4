"""What a start does without: modules that few processes need are imported where they are used."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

# Each takes between a hundredth and a tenth of the time that `manage.py check` takes.
RARELY_NEEDED = (
    *(
        "aiohttp",
        "argon2",
        "azure",
        "boto3",
        "botocore",
        "celery",
        "channels_redis",
        "firebase_admin",
    ),
    *("google", "grpc", "h2", "health_check", "httpx", "jsonschema", "kombu", "psutil"),
    *("pywebpush", "uvicorn", "websockets", "yarl", "zxcvbn"),
)

_CHECK = """
import gc, json, sys, manage
sys.argv = ["manage.py", "check"]
manage.main()
print(json.dumps([sorted(sys.modules), gc.get_freeze_count(), gc.isenabled()]))
"""
_SEND = """
import json, sys, threading, django
django.setup()
from apps.kernel.background import load_background_app
was_there = "celery" in sys.modules
apps = []
def look():
    load_background_app()
    from apps.webhooks.tasks import deliver_due
    apps.append([deliver_due.app.main, deliver_due.app.conf.task_default_queue])
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(json.dumps([was_there, apps, "apps.observability.task_signals" in sys.modules]))
"""


def _printed(script: str) -> object:
    """Return what a script prints last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def check() -> list[Any]:
    """What is there after a check: modules, objects that are never garbage, and a collector."""
    there = _printed(_CHECK)
    assert isinstance(there, list)
    return there


@pytest.mark.parametrize("module", RARELY_NEEDED)
def test_check_does_without(module: str, check: list[Any]) -> None:
    assert module not in check[0]


def test_what_a_start_makes_is_not_looked_through_for_garbage(check: list[Any]) -> None:
    _, frozen, collects = check

    assert frozen > 100_000
    assert collects


def test_task_is_sent_by_our_application_from_whichever_thread_sends_first() -> None:
    assert _printed(_SEND) == [False, [["mainstay", "default"]], True]
