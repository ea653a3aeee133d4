"""The embedded PostgreSQL starts, keeps its data and mends what a crash left."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from devstack.marks import mark_of
from devstack.postgres import EmbeddedPostgres, postgres_programs
from devstack.waiting import wait_until


def _value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_programs_are_those_of_version_18() -> None:
    version = subprocess.run(
        [postgres_programs() / "postgres", "--version"], capture_output=True, text=True, check=True
    )

    assert " 18." in version.stdout


def test_application_is_no_superuser_but_owns_its_database(dev: Path) -> None:
    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        is_superuser = _value(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = user")
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE notes (text text)")

    assert is_superuser is False


def test_restart_keeps_data_and_address(dev: Path) -> None:
    with EmbeddedPostgres(dev / "postgres", durable=True) as server:
        first_url = server.url
        with psycopg.connect(first_url) as connection:
            connection.execute("CREATE TABLE notes AS SELECT 'kept' AS text")
    assert server.pid is None

    with EmbeddedPostgres(dev / "postgres", durable=True) as server:
        assert server.url == first_url
        assert _value(server.url, "SELECT text FROM notes") == "kept"


def test_durable_server_syncs_and_throw_away_server_does_not(dev: Path) -> None:
    with EmbeddedPostgres(dev / "durable", durable=True) as server:
        assert _value(server.url, "SHOW fsync") == "on"
        assert _value(server.url, "SHOW max_connections") == "200"
    template = dev / "durable"

    with EmbeddedPostgres(dev / "quick", durable=False, template=template) as server:
        assert _value(server.url, "SHOW fsync") == "off"
        assert _value(server.url, "SHOW synchronous_commit") == "off"


def test_leftover_of_a_killed_supervisor_is_replaced(dev: Path) -> None:
    forgotten = EmbeddedPostgres(dev / "postgres", durable=False)
    forgotten.start()
    assert forgotten.pid is not None
    mark = mark_of(forgotten.pid)
    assert mark is not None

    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        assert not mark.is_alive()
        assert _value(server.url, "SELECT 1") == 1
    forgotten.stop()


def test_stale_pid_file_of_a_stranger_neither_stops_us_nor_harms_the_stranger(dev: Path) -> None:
    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: server.has_ended, seconds=30)
    pid_file = dev / "postgres" / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        assert _value(server.url, "SELECT 1") == 1


def test_other_port_is_used_when_the_remembered_one_is_taken(dev: Path) -> None:
    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        old_port = server.port
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", old_port))
        squatter.listen()

        with EmbeddedPostgres(dev / "postgres", durable=False) as server:
            assert server.port != old_port


def test_wrong_password_is_refused(dev: Path) -> None:
    with (
        EmbeddedPostgres(dev / "postgres", durable=False) as server,
        pytest.raises(psycopg.OperationalError, match="password"),
    ):
        psycopg.connect(server.url.replace(server.password, "guess"))


@pytest.mark.skipif(
    os.geteuid() != 0, reason="run as no root: nothing is given away, so there is nothing to see"
)
@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_root_can_run_it_also_where_only_root_may_enter(dev: Path, mode: int) -> None:
    dev.chmod(mode)

    with EmbeddedPostgres(dev / "postgres", durable=False) as server:
        assert _value(server.url, "SELECT 1") == 1
        assert server.account.prefix or mode == 0o755
