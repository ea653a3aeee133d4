"""nginx before a running stack, as deploy/nginx sets it up; without root, on a free port."""

import getpass
import grp
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack import paths, ports
from devstack.system import NGINX
from devstack.waiting import wait_until

DEPLOYED = paths.ROOT / "deploy" / "nginx"
_MAIN = """
daemon off;
user {user} {group};
worker_processes 2;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include mainstay/mainstay.conf;
}}
"""
_SERVER = """
server {{
    listen 127.0.0.1:{port};
    include mainstay/folders.conf;
    include mainstay/routes.conf;
}}
"""
_FOLDERS = """
set $mainstay_files {state}/files;
set $mainstay_media {state}/caching/entries;
"""


@dataclass(frozen=True)
class Nginx:
    """One that answers."""

    port: int
    errors: Path

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"http://{ports.LOOPBACK}:{self.port}"


@dataclass(frozen=True)
class SecureNginx:
    """One that answers as server.conf says: by TLS, and at the port beside it by a redirect."""

    port: int
    plain_port: int
    folder: Path

    def complaints(self) -> str:
        """Return what nginx says of its configuration where that is not in order, else nothing."""
        tested = subprocess.run(
            [*_command(self.folder), "-t"], capture_output=True, text=True, check=False
        )
        return tested.stderr if tested.returncode else ""


@contextmanager
def nginx_before(stack: Mapping[str, Any], *, state: Path, folder: Path) -> Iterator[Nginx]:
    """Run nginx in front of a stack within the block, with what is deployed but for places."""
    port = ports.free_port()
    _set_up(stack, state=state, folder=folder)
    (folder / "mainstay" / "server.conf").write_text(_SERVER.format(port=port))
    with _running(folder, port):
        yield Nginx(port, folder / "errors.log")


@contextmanager
def secure_nginx_before(
    stack: Mapping[str, Any], *, state: Path, folder: Path, certificate: Path
) -> Iterator[SecureNginx]:
    """Run nginx in front of a stack within the block, with its server as it is deployed.

    ``certificate`` is a file that holds the key too.
    """
    secure = SecureNginx(ports.free_port(), ports.free_port(), folder)
    _set_up(stack, state=state, folder=folder)
    file = folder / "mainstay" / "server.conf"
    text, count = re.subn(r"/etc/ssl/mainstay/\w+\.pem", str(certificate), file.read_text())
    assert count == 2
    for usual, port in (("443", secure.port), ("80", secure.plain_port)):
        # Not every machine has IPv6, so there is another address in its place.
        for anywhere, here in (("", ports.LOOPBACK), ("[::]:", "127.0.0.2")):
            line = f"listen {anywhere}{usual} "
            assert line in text
            text = text.replace(line, f"listen {here}:{port} ")
    file.write_text(text)
    with _running(folder, secure.port):
        yield secure


def _set_up(stack: Mapping[str, Any], *, state: Path, folder: Path) -> None:
    ours = folder / "mainstay"
    shutil.copytree(DEPLOYED, ours)
    names = {"user": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, **names))
    (ours / "folders.conf").write_text(_FOLDERS.format(state=state))
    _point_at(stack, ours / "upstreams.conf")


def _command(folder: Path) -> list[str]:
    program = NGINX.path() or NGINX.program
    files = [str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors.log")]
    return [program, "-p", *files]


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    errors = folder / "errors.log"
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(_command(folder), stdout=output, stderr=subprocess.STDOUT)
        try:
            assert wait_until(lambda: not ports.is_free(port), seconds=60), errors.read_text()
            yield
        finally:
            process.terminate()
            process.wait(60)


def _point_at(stack: Mapping[str, Any], file: Path) -> None:
    """Name the stack's ports in place of those that are usual."""
    usual = {"8000": "web", "8001": "realtime", "8002": "uploads", "8003": "media"}

    def actual(match: re.Match[str]) -> str:
        return f"127.0.0.1:{stack['processes'][usual[match[1]]]['port']};"

    text, count = re.subn(r"127\.0\.0\.1:(\d+);", actual, file.read_text())
    assert count == len(usual)
    file.write_text(text)
