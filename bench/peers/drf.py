"""Django REST framework as it comes, under the same server as Mainstay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench import asking, granian, tokens
from bench.cells import Cell, Request
from bench.peer import Running, Setting, served, wait_until_it_answers
from devstack import ports


class StockDrf:
    """ModelViewSet and ModelSerializer over the shared table; see `stock_drf`."""

    name = "stock DRF"
    about = (
        "Django and DRF of our versions, granian: ModelViewSet, cursor pagination, the middlewares "
        "of startproject, conditional GET and django-prometheus; PyJWT without a user query, no "
        "throttle, no log; persistent connections"
    )

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def install(self) -> None:
        """Fetch nothing: its packages are ours."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve the shared table."""
        port = ports.free_port()
        live = Request(path="/health/")
        command = granian.command("bench.peers.stock_drf.wsgi:application", port=port)
        with served("drf", command, env=self._env(), setting=self._setting, port=port) as program:
            wait_until_it_answers(program, live)
            requests = asking.in_plain_words(self._setting, prefix="/api", slash="/")
            yield Running(program=program, requests={**requests, Cell.LIVE: [live]})

    def _env(self) -> dict[str, str]:
        url = urlsplit(self._setting.table.database_url)
        return {
            "DJANGO_SETTINGS_MODULE": "bench.peers.stock_drf.settings",
            "JWT_SECRET": tokens.SECRET,
            "PGHOST": str(url.hostname),
            "PGPORT": str(url.port),
            "PGDATABASE": url.path.lstrip("/"),
            "PGUSER": str(url.username),
            "PGPASSWORD": str(url.password),
        }
