"""What deploy/nginx guards Mainstay from: it has no timeout of its own for bodies that stall."""

import re

from devstack.paths import ROOT

ROUTES = (ROOT / "deploy" / "nginx" / "routes.conf").read_text()


def _location(path: str) -> dict[str, str]:
    """Return the directives of a location that has no block within."""
    block = re.search(rf"^location {re.escape(path)} {{(.*?)^}}", ROUTES, re.DOTALL | re.MULTILINE)
    assert block
    return dict(re.findall(r"^ +(\w+) (.*);$", block[1], re.MULTILINE))


def test_sender_that_stalls_in_an_upload_is_cut_off_after_a_minute() -> None:
    uploads = _location("/api/v1/uploads/")

    # Bytes go on as they come, so it is the sender's silence that nginx counts.
    assert uploads["proxy_request_buffering"] == "off"
    assert uploads["client_body_timeout"] == "60s"


def test_everywhere_else_no_process_hears_of_a_body_before_all_of_it_is_here() -> None:
    assert ROUTES.count("proxy_request_buffering off;") == 1
