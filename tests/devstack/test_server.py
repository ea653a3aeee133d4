"""A server that does not come up says so, with the end of its log."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from devstack import processes, redis
from devstack.redis import EmbeddedRedis
from devstack.server import ServerDidNotStart


def test_server_that_ends_at_once_shows_its_log(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spawn(_command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        words = ["sh", "-c", "cat >/dev/null; echo out of luck; exit 1"]
        return processes.spawn(words, log=options["log"], stdin=subprocess.PIPE)

    monkeypatch.setattr(redis, "processes", type("Fake", (), {"spawn": staticmethod(spawn)}))

    with pytest.raises(ServerDidNotStart, match=r"redis did not start[\s\S]*out of luck"):
        EmbeddedRedis(dev / "redis", durable=False).start()


def test_missing_wheel_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(ServerDidNotStart, match="REDIS_URL"):
        redis.redis_server()
