"""Real PostgreSQL clusters: a primary of one's own, a standby of it, and one to restore into."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection

from apps.keyring.ring import ring
from devstack import ports
from devstack.postgres import DATABASE, ROLE, SUPERUSER, EmbeddedPostgres, postgres_programs
from devstack.secret_file import SecretFile
from devstack.waiting import wait_until

PATIENCE_SECONDS = 120


class Clusters:
    """Makes clusters below a folder, all of the same password, and stops them at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secrets = SecretFile(folder / "secrets.json")
        self._started: list[EmbeddedPostgres] = []

    def new(self, name: str) -> EmbeddedPostgres:
        """Start an empty cluster."""
        return self._start(name)

    def migrated(self, name: str) -> EmbeddedPostgres:
        """Start a cluster whose database has all tables."""
        server = self._start(name)
        with connected_to(server):
            call_command("migrate", verbosity=0)
        return server

    def standby_of(self, primary: EmbeddedPostgres, name: str) -> EmbeddedPostgres:
        """Start a hot standby that streams from a primary."""
        folder = self._folder / name
        folder.mkdir()
        self._run(primary, "pg_basebackup", "-R", "-c", "fast", "-D", str(folder / "cluster"))
        # The copy holds role and database already.
        (folder / "database-made").touch()
        return self._start(name)

    def restored(self, source: EmbeddedPostgres, name: str) -> EmbeddedPostgres:
        """Start another cluster with what a dump of one holds."""
        dump, target = self._folder / f"{name}.dump", self._start(name)
        self._run(source, "pg_dump", "-Fc", "-f", str(dump), DATABASE)
        self._run(target, "pg_restore", "--no-owner", f"--role={ROLE}", "-d", DATABASE, str(dump))
        return target

    def stop(self) -> None:
        """Stop them all."""
        for server in reversed(self._started):
            server.stop()

    def _start(self, name: str) -> EmbeddedPostgres:
        server = EmbeddedPostgres(self._folder / name, durable=False, secrets=self._secrets)
        self._started.append(server)
        server.start()
        return server

    def _run(self, server: EmbeddedPostgres, program: str, *words: str) -> None:
        where = ("-h", ports.LOOPBACK, "-p", str(server.port), "-U", SUPERUSER)
        done = subprocess.run(
            [str(postgres_programs() / program), *where, *words],
            env={**os.environ, "PGPASSWORD": server.password},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def connected_to(server: EmbeddedPostgres) -> Iterator[None]:
    """Let Django's connection, and those of its threads, lead to another server."""
    settings = connection.settings_dict
    former = {name: settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    connection.close()
    settings |= {
        "NAME": DATABASE,
        "USER": ROLE,
        "PASSWORD": server.password,
        "HOST": ports.LOOPBACK,
        "PORT": server.port,
    }
    ring.forget()
    try:
        yield
    finally:
        connection.close()
        settings |= former
        ring.forget()


def told(server: EmbeddedPostgres, statement: str) -> str:
    """Tell a server something as its superuser, and return the one value that it answers."""
    where = f"host={ports.LOOPBACK} port={server.port} user={SUPERUSER} dbname={DATABASE}"
    with psycopg.connect(where, password=server.password, autocommit=True) as superuser:
        found = superuser.execute(statement)
        row = found.fetchone() if found.description else None
    return str(row[0]) if row else ""


def wait_for(standby: EmbeddedPostgres, primary: EmbeddedPostgres) -> None:
    """Wait until a standby has replayed all that its primary has written."""
    place = told(primary, "SELECT pg_current_wal_insert_lsn()")
    # What has not been flushed is not sent: with the segment's end all of it is.
    told(primary, "SELECT pg_switch_wal()")
    question = f"SELECT pg_last_wal_replay_lsn() >= '{place}'"
    assert wait_until(lambda: told(standby, question) == "True", seconds=PATIENCE_SECONDS)


def cut_off(standby: EmbeddedPostgres) -> None:
    """Let a standby hear its primary no more."""
    told(standby, "ALTER SYSTEM SET primary_conninfo = ''")
    told(standby, "SELECT pg_reload_conf()")
    question = "SELECT count(*) FROM pg_stat_wal_receiver"
    assert wait_until(lambda: told(standby, question) == "0", seconds=PATIENCE_SECONDS)


def promote(standby: EmbeddedPostgres) -> None:
    """Let a standby become a primary with a history of its own."""
    told(standby, "SELECT pg_promote()")
    question = "SELECT pg_is_in_recovery()"
    assert wait_until(lambda: told(standby, question) == "False", seconds=PATIENCE_SECONDS)
