"""PostgreSQL and Redis of a run: fresh, on cores of their own, the same for every peer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.cores import Cores
from devstack.postgres import EmbeddedPostgres
from devstack.redis import EmbeddedRedis


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Where the peers find their stores."""

    database_url: str
    redis_url: str

    def make_database(self, name: str) -> str:
        """Make an empty database beside the first one and return its URL."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"{self.database_url.rpartition('/')[0]}/{name}"


@contextmanager
def opened(folder: Path, cores: Cores) -> Iterator[Stores]:
    """Start both, without what an earlier run left, and stop them at the end.

    PostgreSQL does not wait for the disk: that is not what is compared, and differs by machine.
    """
    for name in ("postgres", "redis"):
        shutil.rmtree(folder / name, ignore_errors=True)
    with (
        EmbeddedPostgres(folder / "postgres", durable=False) as postgres,
        EmbeddedRedis(folder / "redis", durable=False) as redis,
    ):
        for server in (postgres, redis):
            assert server.pid is not None
            os.sched_setaffinity(server.pid, cores.stores)
        yield Stores(database_url=postgres.url, redis_url=redis.url)
