"""deploy/nginx/server.conf as it is: clients come by TLS, and who does not is sent there."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.system.clone import Clone
from tests.system.nginx import SecureNginx, secure_nginx_before

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

HOST = "api.example.com"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A stack that knows what stands in front of it."""
    made = Clone(tmp_path_factory.mktemp("proxied") / "mainstay")
    made.start(TRUSTED_PROXY_COUNT="1")
    made.ready()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "chain.pem", host=HOST)


@pytest.fixture(scope="module")
def nginx(
    clone: Clone, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecureNginx]:
    state, folder = clone.folder / ".dev" / "state", tmp_path_factory.mktemp("nginx")
    with secure_nginx_before(
        clone.stack(), state=state, folder=folder, certificate=certificate
    ) as made:
        yield made


def line_to(nginx: SecureNginx, certificate: Path, *protocols: str) -> ssl.SSLSocket:
    """Return a connection to who holds the certificate of the host's name."""
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_alpn_protocols(protocols)
    line = socket.create_connection(("127.0.0.1", nginx.port), timeout=60)
    return context.wrap_socket(line, server_hostname=HOST)


def asked(nginx: SecureNginx, certificate: Path, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port)
    connection.sock = line_to(nginx, certificate, "http/1.1")
    connection.request("GET", path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_configuration_is_in_order(nginx: SecureNginx) -> None:
    assert not nginx.complaints()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_told_by_tls(nginx: SecureNginx, certificate: Path, path: str) -> None:
    status, body = asked(nginx, certificate, path)

    assert status == 200, body


def test_http_2_is_spoken_where_the_client_does(nginx: SecureNginx, certificate: Path) -> None:
    with line_to(nginx, certificate, "h2", "http/1.1") as line:
        assert line.selected_alpn_protocol() == "h2"
        assert line.version() == "TLSv1.3"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_comes_without_tls_is_sent_there_with_all_that_was_asked(
    nginx: SecureNginx, method: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", nginx.plain_port, timeout=60)
    connection.request(method, "/api/v1/files/?limit=2", headers={"Host": HOST})
    answer = connection.getresponse()
    answer.read()
    connection.close()

    # The method stays what it was.
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://{HOST}/api/v1/files/?limit=2"
