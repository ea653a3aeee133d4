"""What the receiver doctor sends: genuine events that must be taken, and forged ones that must not.

Pure ideas: each probe is built from the endpoint's secrets; nothing is sent here.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from apps.kernel.ids import new_id
from apps.webhooks.payloads import packed
from apps.webhooks.signing import new_secret, signature_header

PROBE_TOPIC = "webhooks.probe"
# A receiver that knows the event's id already may say so; nothing else shows it from outside.
DUPLICATE_HEADER = "webhook-duplicate"

# Far outside the five minutes of the reference libraries.
FAR = timedelta(hours=1)
GUIDE = "docs/how-to/check-your-receiver.md"


class Expected(Enum):
    """What a right receiver answers."""

    ACCEPTED = "2xx"
    ACCEPTED_AS_DUPLICATE = f"2xx, and `{DUPLICATE_HEADER}: true` if it says so"
    REFUSED = "4xx"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One request, what a right receiver answers, and what to mend in one that does not."""

    name: str
    sent: str
    expected: Expected
    body: bytes
    headers: Mapping[str, str]
    advice: str


def probes_for(
    *, endpoint_id: UUID, secrets_alive: Sequence[bytes], moment: datetime
) -> Iterator[Probe]:
    """Yield every probe in order; the first is the genuine event that the others vary."""
    message_id = str(new_id())
    # Text beyond ASCII, an escape, a float that is whole and keys out of order: what parsing and
    # writing JSON again would change.
    data = {"zebra": 1.0, "endpoint_id": endpoint_id, "text": "Grüße, 東京", "amount": "0.10"}
    body = packed(PROBE_TOPIC, moment, data)
    now = int(moment.timestamp())
    signature = signature_header(secrets_alive, message_id=message_id, timestamp=now, body=body)
    genuine = _headers(message_id, now, signature)

    yield Probe(
        name="genuine",
        sent="An event as every other, signed with the endpoint's secret.",
        expected=Expected.ACCEPTED,
        body=body,
        headers=genuine,
        advice="A genuine event must be answered 2xx. Compare the secret in your server with the "
        f"one of the endpoint, and read {GUIDE}.",
    )
    yield Probe(
        name="duplicate",
        sent="The same event again, with the same webhook-id.",
        expected=Expected.ACCEPTED_AS_DUPLICATE,
        body=body,
        headers=genuine,
        advice="An event that you know already is a success: answer 2xx, or it is sent again and "
        "again. Do the work of each webhook-id once.",
    )
    yield from _genuine_variants(message_id, moment, secrets_alive, body, endpoint_id)
    yield from _forged(message_id, moment, secrets_alive, body, signature)


def _genuine_variants(
    message_id: str,
    moment: datetime,
    secrets_alive: Sequence[bytes],
    body: bytes,
    endpoint_id: UUID,
) -> Iterator[Probe]:
    now, other_id = int(moment.timestamp()), str(new_id())
    stranger = signature_header([new_secret()], message_id=other_id, timestamp=now, body=body)
    ours = signature_header(secrets_alive, message_id=other_id, timestamp=now, body=body)
    yield Probe(
        name="several_signatures",
        sent="A genuine event whose header holds signatures of other secrets too, as in a "
        "rotation.",
        expected=Expected.ACCEPTED,
        body=body,
        headers=_headers(other_id, now, f"v1a,{_noise()} {stranger} {ours}"),
        advice="`webhook-signature` is a list, parted by spaces: one that verifies is enough. "
        "Otherwise every rotation of the secret is an outage for you.",
    )
    spaced_id = str(new_id())
    spaced = (
        b'{ "type" : "%s" , "timestamp" : "%s" ,\n "data" : { "endpoint_id" : "%s" , '
        b'"text" : "\\u0047r\\u00fc\\u00dfe" , "amount" : 1.50 , "count" : 1e2 } }'
        % (PROBE_TOPIC.encode(), moment.isoformat().encode(), str(endpoint_id).encode())
    )
    yield Probe(
        name="raw_bytes",
        sent="A genuine event whose JSON is written with other white space, escapes and numbers.",
        expected=Expected.ACCEPTED,
        body=spaced,
        headers=_headers(
            spaced_id,
            now,
            signature_header(secrets_alive, message_id=spaced_id, timestamp=now, body=spaced),
        ),
        advice="Verify the signature over the bytes as they came, before you parse them; JSON that "
        "is parsed and written again is another text.",
    )


def _forged(
    message_id: str,
    moment: datetime,
    secrets_alive: Sequence[bytes],
    body: bytes,
    signature: str,
) -> Iterator[Probe]:
    now = int(moment.timestamp())
    genuine = _headers(message_id, now, signature)

    def forged(
        name: str, sent: str, advice: str, *, body: bytes = body, headers: Mapping[str, str]
    ) -> Probe:
        return Probe(
            name=name,
            sent=sent,
            expected=Expected.REFUSED,
            body=body,
            headers=headers,
            advice=f"{advice} See {GUIDE}.",
        )

    yield forged(
        "body_changed",
        "An event whose body was changed after it was signed.",
        "Your server accepted an event whose body was changed: verify the signature over the raw "
        "bytes.",
        body=body.replace(b"0.10", b"9.99"),
        headers=genuine,
    )
    yield forged(
        "body_respaced",
        "An event to whose body white space was added after it was signed.",
        "Your server accepted bytes that were not signed: it seems to parse the JSON and write it "
        "again before it verifies. Verify the raw bytes.",
        body=body.replace(b":", b": ", 1),
        headers=genuine,
    )
    yield forged(
        "signature_changed",
        "An event with one character of its signature changed.",
        "Your server accepted a signature that is wrong: compare it whole, and in constant time.",
        headers={**genuine, "webhook-signature": _altered(signature)},
    )
    yield forged(
        "id_changed",
        "An event with another webhook-id than the one that was signed.",
        "Your server does not sign the id along: the signed text is `id.timestamp.body`. Whoever "
        "overhears one event could send it again as new ones.",
        headers={**genuine, "webhook-id": str(new_id())},
    )
    yield forged(
        "wrong_secret",
        "An event signed with a secret that is not the endpoint's.",
        "Your server accepted an event of a stranger: it does not verify the signature with the "
        "endpoint's secret.",
        headers=_headers(
            message_id,
            now,
            signature_header([new_secret()], message_id=message_id, timestamp=now, body=body),
        ),
    )
    for name, when, word in (("stale", moment - FAR, "old"), ("future", moment + FAR, "ahead")):
        stamp = int(when.timestamp())
        yield forged(
            name,
            f"An event signed rightly, with a timestamp one hour {word}.",
            f"Your server accepted a timestamp that is an hour {word}: refuse what is more than "
            "five minutes off, or an event that was overheard can be sent again for ever.",
            headers=_headers(
                message_id,
                stamp,
                signature_header(secrets_alive, message_id=message_id, timestamp=stamp, body=body),
            ),
        )
    yield forged(
        "unsigned",
        "An event without any signature.",
        "Your server accepted an event without a signature: refuse it before you read the body.",
        headers={name: genuine[name] for name in ("webhook-id", "webhook-timestamp")},
    )


def _headers(message_id: str, timestamp: int, signature: str) -> dict[str, str]:
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def _altered(signature: str) -> str:
    """Return the list with a character in the middle of every signature changed."""
    return " ".join(_with_other_middle(each) for each in signature.split(" "))


def _with_other_middle(text: str) -> str:
    middle = len(text) // 2
    other = "A" if text[middle] != "A" else "B"
    return f"{text[:middle]}{other}{text[middle + 1 :]}"


def _noise() -> str:
    """Return what looks like an Ed25519 signature."""
    return base64.b64encode(secrets.token_bytes(64)).decode()
