"""Headers that an owner adds to each request to an endpoint: what they may be, and their mask."""

import re
from collections.abc import Iterator, Mapping

MOST_HEADERS = 10
LONGEST_NAME = 64
LONGEST_VALUE = 1024
# What is shown of a value: it may be a password.
MASK = "********"

# A token, and visible ASCII with single spaces or more inside (RFC 9110 sections 5.1 and 5.5).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
# Ours, those of the connection (RFC 9110 section 7.6.1), and those by which proxies or a
# receiver would take the request for another one.
_RESERVED = frozenset(
    {
        *("accept", "accept-encoding", "baggage", "connection", "cookie", "date", "expect"),
        *("forwarded", "host", "http2-settings", "keep-alive", "origin", "te", "trailer"),
        *("traceparent", "tracestate", "transfer-encoding", "upgrade", "user-agent", "via"),
        *("x-correlation-id", "x-http-method-override", "x-real-ip", "x-request-id"),
    }
)
_RESERVED_BEGINNINGS = ("webhook-", "content-", "proxy-", "sec-", "x-forwarded-")


def complaints_about(headers: Mapping[str, str]) -> list[str]:
    """Return a sentence for each thing that is wrong with a set of headers."""
    if len(headers) > MOST_HEADERS:
        return [f"There are {len(headers)}; {MOST_HEADERS} are the most."]
    return [*_about_case(headers), *(text for pair in headers.items() for text in _about(*pair))]


def masked(names: list[str]) -> dict[str, str]:
    """Return what is shown of headers of these names."""
    return dict.fromkeys(names, MASK)


def _about_case(headers: Mapping[str, str]) -> Iterator[str]:
    if len({name.lower() for name in headers}) < len(headers):
        yield "Two names differ in case only, which is no difference in a header."


def _about(name: str, value: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        yield (
            f"{name[:LONGEST_NAME]!r} is no name of a header: at most {LONGEST_NAME} letters, "
            "digits and dashes."
        )
    elif name.lower() in _RESERVED or name.lower().startswith(_RESERVED_BEGINNINGS):
        yield f"{name} is set by Mainstay or by the connection; choose another name."
    if len(value) > LONGEST_VALUE or not _VALUE.fullmatch(value):
        yield (
            f"The value of {name[:LONGEST_NAME]!r} is to be 1 to {LONGEST_VALUE} visible ASCII "
            "characters, without a line break, and with spaces inside only."
        )
    elif value == MASK:
        yield f"The value of {name[:LONGEST_NAME]!r} is the mask; send the value itself."
