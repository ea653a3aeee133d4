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


@contextmanager
def nginx_before(stack: Mapping[str, Any], *, state: Path, folder: Path) -> Iterator[Nginx]:
    """Run nginx in front of a stack within the block, with what is deployed but for places."""
    ours = folder / "mainstay"
    shutil.copytree(DEPLOYED, ours)
    port = ports.free_port()
    names = {"user": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, **names))
    (ours / "server.conf").write_text(_SERVER.format(port=port))
    (ours / "folders.conf").write_text(_FOLDERS.format(state=state))
    _point_at(stack, ours / "upstreams.conf")
    nginx = Nginx(port, folder / "errors.log")
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            [
                NGINX.path() or NGINX.program,
                "-p",
                folder,
                "-c",
                folder / "nginx.conf",
                "-e",
                nginx.errors,
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            assert wait_until(lambda: not ports.is_free(port), seconds=60), nginx.errors.read_text()
            yield nginx
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
