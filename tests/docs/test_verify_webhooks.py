"""The receivers' page holds code that works: it takes what we send, and nothing else."""

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Callable
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.kernel.clock import now
from apps.keyring.types import Algorithm, PublicKey, State
from apps.webhooks.published_keys import published
from apps.webhooks.signing import new_secret, signature_header
from tests.architecture.sources import ROOT

BODY = '{"type":"a.b.c","data":{"name":"Tür"}}'.encode()
_RUN = """
const [keys, headers, body] = JSON.parse(require("fs").readFileSync(0));
console.log(isGenuine(keys, headers, Buffer.from(body, "base64")));
"""


def _code(language: str) -> str:
    """The code that defines a function on the page."""
    page = (ROOT / "docs/how-to/verify-webhooks.md").read_text()
    blocks = re.findall(rf"```{language}\n(.+?)```", page, re.DOTALL)
    return cast("str", blocks[-1])


def _published(private: Ed25519PrivateKey) -> dict[str, Any]:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return published(
        PublicKey(kid="a", algorithm=Algorithm.ED25519, state=State.ACTIVE, pem=pem.decode())
    )


def _headers(private: Ed25519PrivateKey, *, age_seconds: int = 0) -> dict[str, str]:
    timestamp = int(now().timestamp()) - age_seconds
    signature = signature_header(
        [new_secret()], message_id="msg", timestamp=timestamp, body=BODY, signers=[private.sign]
    )
    return {
        "webhook-id": "msg",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def _in_python(keys: list[dict[str, Any]], headers: dict[str, str], body: bytes) -> bool:
    names: dict[str, Any] = {}
    exec(_code("python"), names)
    is_genuine = cast("Callable[..., bool]", names["is_genuine"])
    return is_genuine(keys, headers, body)


def _in_javascript(keys: list[dict[str, Any]], headers: dict[str, str], body: bytes) -> bool:
    told = json.dumps([keys, headers, b64encode(body).decode()])
    ran = subprocess.run(
        ["node", "-e", _code("js") + _RUN], input=told, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip() == "true"


# Node is there for certain where the whole system is tested.
@pytest.mark.parametrize(
    "is_genuine", [_in_python, pytest.param(_in_javascript, marks=pytest.mark.system)]
)
def test_code_of_the_page_takes_what_is_genuine_and_nothing_else(
    is_genuine: Callable[..., bool],
) -> None:
    former, present, stranger = (Ed25519PrivateKey.generate() for _ in range(3))
    keys = [_published(former), _published(present)]

    assert is_genuine(keys, _headers(present), BODY)
    assert is_genuine(keys, _headers(former), BODY)
    assert not is_genuine(keys, _headers(stranger), BODY)
    assert not is_genuine(keys, _headers(present), BODY + b" ")
    assert not is_genuine(keys, {**_headers(present), "webhook-id": "other"}, BODY)
    assert not is_genuine(keys, _headers(present, age_seconds=301), BODY)
    assert not is_genuine([], _headers(present), BODY)
