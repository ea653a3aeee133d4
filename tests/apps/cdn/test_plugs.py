"""From a purge, through the log, to Cloudflare: what the CDN plugs into the spine."""

import pytest

from apps.cdn import tasks
from apps.cdn.services import purge_tags
from apps.events.models import ConsumerCursor, LogEntry
from apps.events.ports import consumers
from apps.events.services import advance
from tests.apps.cdn.cloudflare import FakeCloudflare

pytestmark = pytest.mark.django_db(transaction=True)


def test_worker_is_woken_by_the_log(
    cloudflare: FakeCloudflare, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(tasks.hint, "give", lambda: given.append("hint"))
    last = LogEntry.objects.order_by("-xid", "-position").first()
    ConsumerCursor.objects.create(
        name="cdn", xid=last.xid if last else 0, position=last.position if last else 0
    )

    purge_tags(["file-1"])
    consumer = consumers.get("cdn")
    assert consumer
    while advance(consumer).read:
        pass

    assert given
