"""Mainstay itself, with everything on that is on in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import asking, granian
from bench.cells import Cell, Request
from bench.house import House
from bench.peer import Requests, Running, Setting, served, wait_until_it_answers
from devstack import ports

IDEMPOTENCY_KEY = "Idempotency-Key"


class Mainstay:
    """The maintenance requests of one building, over the public API."""

    name = "Mainstay"
    about = (
        "granian; membership checked per request, rate limit, correlation, log line, metrics; an "
        "event log row and an idempotency key with every create"
    )

    def __init__(self, setting: Setting, house: House, stage: dict[str, Any]) -> None:
        self._setting = setting
        self._house = house
        self._stage = stage

    def install(self) -> None:
        """Fetch nothing."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve the building that was set up."""
        port = ports.free_port()
        live = Request(path="/health/live")
        command = granian.command("config.wsgi:application", port=port)
        env = self._house.env
        with served("mainstay", command, env=env, setting=self._setting, port=port) as program:
            wait_until_it_answers(program, live)
            yield Running(program=program, requests={**self._requests(), Cell.LIVE: [live]})

    def _requests(self) -> Requests:
        tokens, building = self._stage["tokens"], self._stage["building"]
        base = f"/api/v1/buildings/{building}/requests/"
        return {
            Cell.LIST: asking.listing(base, tokens),
            Cell.GET: asking.showing(f"{base}{{}}/", self._stage["known"], tokens),
            Cell.CREATE: asking.creating(base, tokens, fresh=IDEMPOTENCY_KEY),
            Cell.NOTHING: asking.signed_in("/api/v1/bench/nothing", tokens),
            Cell.NOTHING_IN_DJANGO: asking.signed_in("/api/v1/bench/nothing-in-django", tokens),
        }
