"""Fastify with the pg driver: what a small Node.js API is made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import asking
from bench.cells import Cell, Request
from bench.peer import Running, Setting, wait_until_it_answers
from bench.peers.node_server import NodeProject


class Fastify:
    """List, get and create over hand-written SQL; a verified JWT and nothing else."""

    name = "fastify + pg"
    about = "Fastify 5, pg with prepared statements, fast-jwt; response schemas for its serializer"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._project = NodeProject("fastify", setting)

    def install(self) -> None:
        """Fetch its packages; raises PeerUnavailable."""
        self._project.install()

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve the shared table."""
        live = Request(path="/health")
        with self._project.serving({"DATABASE_URL": self._setting.table.database_url}) as program:
            wait_until_it_answers(program, live)
            requests = asking.in_plain_words(self._setting)
            yield Running(program=program, requests={**requests, Cell.LIVE: [live]})
