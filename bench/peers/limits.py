"""The bare limits: no framework over the SQL, and Django without anything around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import asking, granian, tokens
from bench.cells import Cell, Request
from bench.peer import Running, Setting, served, wait_until_it_answers
from devstack import ports


class BareSql:
    """PyJWT, psycopg and prepared statements that build the JSON, in a bare WSGI application."""

    name = "bare WSGI + SQL"
    about = "granian, PyJWT, psycopg with prepared statements, JSON built by PostgreSQL"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def install(self) -> None:
        """Fetch nothing: its packages are ours."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve the shared table."""
        port = ports.free_port()
        env = {"JWT_SECRET": tokens.SECRET, "DATABASE_URL": self._setting.table.database_url}
        command = granian.command("bench.peers.bare.sql:application", port=port)
        live = Request(path="/health")
        with served("bare_sql", command, env=env, setting=self._setting, port=port) as program:
            wait_until_it_answers(program, live)
            requests = asking.in_plain_words(self._setting)
            yield Running(program=program, requests={**requests, Cell.LIVE: [live]})


class BareDjango:
    """One view that does nothing, and no middleware."""

    name = "bare Django"
    about = "granian, Django without any middleware, one view that does nothing"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def install(self) -> None:
        """Fetch nothing: its packages are ours."""

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve nothing at all."""
        port = ports.free_port()
        command = granian.command("bench.peers.bare.nothing:application", port=port)
        nothing = Request(path="/nothing")
        with served("bare_django", command, env={}, setting=self._setting, port=port) as program:
            wait_until_it_answers(program, nothing)
            yield Running(program=program, requests={Cell.NOTHING: [nothing]})
