"""What deploy/nginx guards Mainstay from: it has no timeout of its own for bodies that stall."""

import re
from dataclasses import fields

from config.env import Environment
from devstack.paths import ROOT

ROUTES = (ROOT / "deploy" / "nginx" / "routes.conf").read_text()

UPLOADS = "~ ^/api/v[0-9]+/uploads/"
FORMS = "~ ^/api/v[0-9]+/files/$"


def _location(path: str) -> dict[str, str]:
    """Return the directives of a location that has no block within."""
    block = re.search(rf"^location {re.escape(path)} {{(.*?)^}}", ROUTES, re.DOTALL | re.MULTILINE)
    assert block
    return dict(re.findall(r"^ +(\w+) (.*);$", block[1], re.MULTILINE))


def test_sender_that_stalls_in_an_upload_is_cut_off_after_a_minute() -> None:
    uploads = _location(UPLOADS)

    # Bytes go on as they come, so it is the sender's silence that nginx counts.
    assert uploads["proxy_request_buffering"] == "off"
    assert uploads["client_body_timeout"] == "60s"


def test_every_version_takes_uploads_of_any_length_and_forms_of_the_usual_one() -> None:
    known = {each.name: each.metadata["variable"].default for each in fields(Environment)}

    assert _location(UPLOADS)["client_max_body_size"] == "0"
    assert _location(FORMS)["client_max_body_size"] == f"{known['files_form_mib'] + 1}m"


def test_everywhere_else_no_process_hears_of_a_body_before_all_of_it_is_here() -> None:
    assert ROUTES.count("proxy_request_buffering off;") == 1
