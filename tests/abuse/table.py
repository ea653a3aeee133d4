"""The table of hostile inputs: each row of R6 section 4 that applies now, and the issue's list."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson

from tests.abuse.targets import Target
from tests.abuse.wire import Answer, Sent

Attempts = Callable[[Target], Iterable[Sent]]
Verdict = Callable[[Target, Sequence[Answer]], None]

MEGABYTE = 1024 * 1024
HUGE = 10**30
BAD, UNKNOWN, NOT_FOUND = frozenset({400}), frozenset({401}), frozenset({404})


@dataclass(frozen=True, kw_only=True)
class Abuse:
    """One hostile input: how it is sent to a target, and what has to come back."""

    name: str
    attempts: Attempts
    expected: frozenset[int] = BAD
    # Looks at all answers of one target, where the status does not tell enough.
    verdict: Verdict | None = None
    # How many requests a stranger may send in a day; None for any number.
    limit: int | None = None


# How an input reaches a target.


def in_body(*bodies: bytes) -> Attempts:
    """As the body of whatever takes one or could be thought to."""

    def attempts(target: Target) -> Iterator[Sent]:
        if target.method in {"POST", "PATCH"}:
            yield from (target.sent(body=body) for body in bodies)

    return attempts


def in_each_field(*values: Any) -> Attempts:
    """As the value of each field, the others being as in the documented example."""

    def attempts(target: Target) -> Iterator[Sent]:
        for name, schema in target.fields.items():
            for value in values:
                # Where names are free, an operator is a name like any other.
                if not (isinstance(value, dict) and "object" in _types(schema)):
                    yield target.sent(body=orjson.dumps({**target.example, name: value}))

    return attempts


def in_field(name: str, *values: Any) -> Attempts:
    """As the value of one field, wherever there is one of that name."""

    def attempts(target: Target) -> Iterator[Sent]:
        if name in target.fields:
            for value in values:
                yield target.sent(body=orjson.dumps({**target.example, name: value}))

    return attempts


def in_each_number(*values: bytes) -> Attempts:
    """As the value of each numeric field, in digits that no JSON library would write."""

    def attempts(target: Target) -> Iterator[Sent]:
        for name, schema in target.fields.items():
            if {"integer", "number"} & _types(schema):
                kept = {key: value for key, value in target.example.items() if key != name}
                rest = orjson.dumps(kept)[1:]
                comma = b"," if kept else b""
                for value in values:
                    body = b'{"%b":%b%b%b' % (name.encode(), value, comma, rest)
                    yield target.sent(body=body)

    return attempts


def as_extra_fields(*names: str) -> Attempts:
    """Beside the documented example; a body that is only extra is tried as well."""

    def attempts(target: Target) -> Iterator[Sent]:
        for name in names:
            if target.takes_body and name not in target.fields:
                yield target.sent(body=orjson.dumps({**target.example, name: True}))
                yield target.sent(body=orjson.dumps({name: True}))

    return attempts


def as_the_only_fields(names: Iterable[str]) -> Attempts:
    """All at once, in place of the documented example."""
    body = orjson.dumps(dict.fromkeys(names, 1))

    def attempts(target: Target) -> Iterator[Sent]:
        if target.takes_body:
            yield target.sent(body=body)

    return attempts


def in_query(*queries: str) -> Attempts:
    """As the query string, whatever the method."""

    def attempts(target: Target) -> Iterator[Sent]:
        for query in queries:
            yield target.sent(target=f"{target.path}?{query}")

    return attempts


def in_each_parameter(*values: str, only: frozenset[str] | None = None) -> Attempts:
    """As the value of each declared query parameter, or of those whose type is named."""

    def attempts(target: Target) -> Iterator[Sent]:
        for parameter in target.parameters:
            if only is None or only & _kinds(parameter["schema"]):
                for value in values:
                    yield target.sent(target=f"{target.path}?{parameter['name']}={value}")

    return attempts


def as_limit(*limits: str) -> Attempts:
    """As the size of a page, wherever there are pages."""

    def attempts(target: Target) -> Iterator[Sent]:
        if any(parameter["name"] == "limit" for parameter in target.parameters):
            yield from (target.sent(target=f"{target.path}?limit={limit}") for limit in limits)

    return attempts


def in_parameter(name: str, *values: str) -> Attempts:
    """As the value of one query parameter, wherever it is declared."""

    def attempts(target: Target) -> Iterator[Sent]:
        if any(parameter["name"] == name for parameter in target.parameters):
            for value in values:
                yield target.sent(target=f"{target.path}?{name}={value}")

    return attempts


def as_precondition(*tags: str) -> Attempts:
    """As the If-Match of each change, whose body is the documented example."""

    def attempts(target: Target) -> Iterator[Sent]:
        if target.method in {"PATCH", "DELETE"}:
            body = {"body": orjson.dumps(target.example)} if target.takes_body else {}
            for tag in tags:
                yield target.sent(headers=[("If-Match", tag)], **body)

    return attempts


def at_version(*names: str) -> Attempts:
    """With another version in the path."""

    def attempts(target: Target) -> Iterator[Sent]:
        below = target.path.removeprefix("/api/").partition("/")[2]
        yield from (target.sent(target=f"/api/{name}/{below}") for name in names)

    return attempts


def as_id(*ids: str) -> Attempts:
    """In place of each id in the path."""

    def attempts(target: Target) -> Iterator[Sent]:
        for parameter in target.route.parameters:
            for hostile in ids:
                yield target.sent(target=target.filled(**{parameter: hostile}))

    return attempts


def with_headers(*headers: Sequence[tuple[str, str]], **changes: Any) -> Attempts:
    """With further headers, whatever the method."""

    def attempts(target: Target) -> Iterator[Sent]:
        for further in headers:
            yield target.sent(headers=further, **changes)

    return attempts


def with_keys(*keys: str) -> Attempts:
    """As the Idempotency-Key of the documented example, of whatever takes one."""

    def attempts(target: Target) -> Iterator[Sent]:
        if target.method == "POST":
            body = orjson.dumps(target.example)
            for key in keys:
                yield target.sent(body=body, headers=[("Idempotency-Key", key)])

    return attempts


def by_nobody(*headers: Sequence[tuple[str, str]]) -> Attempts:
    """With further headers and without a token, wherever one is asked for."""

    def attempts(target: Target) -> Iterator[Sent]:
        if not target.is_open:
            for further in headers:
                yield target.sent(headers=further, token="")

    return attempts


def with_length(*lengths: str) -> Attempts:
    """With a Content-Length that is not the body's."""

    def attempts(target: Target) -> Iterator[Sent]:
        for length in lengths:
            body = orjson.dumps(target.example)
            yield target.sent(body=body, environ={"CONTENT_LENGTH": length})

    return attempts


def with_token(*tokens: str) -> Attempts:
    """As the access token, wherever one is asked for."""

    def attempts(target: Target) -> Iterator[Sent]:
        if not target.is_open:
            yield from (target.sent(token=token) for token in tokens)

    return attempts


def by_other_methods(target: Target) -> Iterator[Sent]:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        if method not in {*target.route.methods, *target.route.asked_methods}:
            yield target.sent(method=method)


def by_a_stranger(target: Target) -> Iterator[Sent]:
    """Ask for the owner's row and for one that nobody has, both as a stranger."""
    if target.route.parameters and not target.is_open:
        nobodys = target.filled(**{name: str(uuid4()) for name in target.ids})
        yield target.sent(token=target.stranger)
        yield target.sent(token=target.stranger, target=nobodys)


def from_many_addresses(*names: str) -> Attempts:
    """Six times without a token and with a body that is refused, each from another address."""

    def attempts(target: Target) -> Iterator[Sent]:
        for number in range(6):
            address = f"203.0.113.{number}"
            long = ", ".join([address] * 1000)
            headers = [(name, long if "Long" in name else address) for name in names]
            headers = [(name.removesuffix("-Long"), value) for name, value in headers]
            body = b'{"nobody_asked": 1}' if target.takes_body else b""
            yield target.sent(token="", headers=headers, body=body)

    return attempts


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    found = schema.get("type", ())
    return frozenset([found] if isinstance(found, str) else found)


def _kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    return _types(schema) | {schema.get("format", "")} | {key for key in schema if key == "enum"}


# What has to be true of all answers of one target.


def page_is_capped(_: Target, answers: Sequence[Answer]) -> None:
    assert all(len(answer.document["items"]) <= 100 for answer in answers)


def field_is_named(_: Target, answers: Sequence[Answer]) -> None:
    for answer in answers:
        assert {error["code"] for error in answer.document["errors"]} & {"unknown"}


def foreign_is_as_absent(_: Target, answers: Sequence[Answer]) -> None:
    documents = [{**answer.document, "request_id": "", "instance": ""} for answer in answers]
    assert all(document == documents[0] for document in documents)


def limit_holds(_: Target, answers: Sequence[Answer]) -> None:
    assert [answer.status for answer in answers][-3:] == [429, 429, 429]


def key_is_named(_: Target, answers: Sequence[Answer]) -> None:
    assert {answer.document["code"] for answer in answers} == {"api.malformed_idempotency_key"}


def id_is_ours(_: Target, answers: Sequence[Answer]) -> None:
    for answer in answers:
        given = answer.headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", given)
        assert answer.document["request_id"] == given


DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33]
ODD_IDS = [
    "abc", "1", "-1", str(HUGE), "null", "%00", "%2e%2e", "..", "../admin", "..%2f..%2fadmin",
    "x" * 10_000, "%E2%80%AE", "%F0%9F%90%99", "%ff%fe", "{id}", "*", "'%20OR%20'1'='1", "%0d%0a",
]  # fmt: skip
OPERATORS = [
    "_connector=OR", "_negated=1", "ordering=id", "order_by=-id", "sort=a,b", "where={}",
    "filter[name]=x", "pk__in=1,2", "id;DROP%20TABLE=x", "name__regex=.*", "annotate=x--",
]  # fmt: skip
ORACLES = [
    "password=x", "password__startswith=a", "owner__password__startswith=a", "ordering=password",
    "order_by=owner__email", "user__is_staff=1", "fields=password", "include=owner", "secret=x",
]  # fmt: skip
HIDDEN_FIELDS = [
    "password", "id,password", "pk", "public_id", "user.password", "author.password", "is_staff",
    "author.email", "owner_id", "building_id", "token_hash", "__class__", "id.hex", "_state", "*",
]  # fmt: skip
UNASKED = [
    "is_staff", "is_superuser", "is_active", "expires_at", "tier", "id", "pk", "public_id", "owner",
    "owner_id", "user", "user_id", "author", "created_at", "password", "__proto__", "constructor",
]  # fmt: skip
TOKENS = [
    "x", "a.b.c", "..", "null", "undefined", "x" * 100_000, "\xff\xfe", "e30.e30.", "a b",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
]  # fmt: skip
REQUEST_IDS = [
    "x" * 100_000,
    "a\r\nX-Admin: 1",
    "\x1b[31mred",
    "a b",
    "",
    "../..",
    "\xe9",
    '{"a":1}',
]

TABLE = [
    Abuse(name="#1 JSON nested too deep", attempts=in_body(*DEEP)),
    Abuse(name="#2 NUL in a filter", attempts=in_each_parameter("a%00", "%00")),
    Abuse(name="#2 NUL in an unknown parameter", attempts=in_query("name=a%00", "a%00b=1")),
    Abuse(name="#2 NUL in a text", attempts=in_each_field("a\x00b", "\x00")),
    Abuse(name="#2 NUL in a key", attempts=in_body(b'{"a\\u0000b": 1}')),
    Abuse(name="#3 id and offset as parameters", attempts=in_query(
        "id=abc", f"id={HUGE}", f"offset={HUGE}", "page=-1")),
    Abuse(name="#3 a number that is none", attempts=in_each_parameter(
        "abc", "NaN", "1e999", "0x1", "-", "%F0%9F%90%99",
        only=frozenset({"integer", "number", "uuid", "date-time", "enum"}))),
    Abuse(name="#3 a number out of range", attempts=in_each_parameter(
        str(HUGE), f"-{HUGE}", "9" * 5000, only=frozenset({"uuid", "date-time", "enum"}))),
    Abuse(name="#3 an offset that is none, or too far", attempts=in_parameter(
        "offset", "-1", "1.5", "abc", "", str(HUGE), "9" * 5000, "10001", "0&cursor=x")),
    Abuse(name="#4 limit of 10^9", attempts=as_limit("1000000000", "9" * 5000),
        expected=frozenset({200}), verdict=page_is_capped),
    Abuse(name="#4 limit below one", attempts=as_limit("0", "-1", "")),
    Abuse(name="#5 duplicate keys", attempts=in_body(
        b'{"name": "a", "name": "b"}', b'{"a": {"is_staff": false, "is_staff": true}}')),
    Abuse(name="#6 operators in parameters", attempts=in_query(*OPERATORS)),
    Abuse(name="#6 operators in fields", attempts=in_each_field({"$gt": ""}, {"__gt": 1}, [[]])),
    Abuse(name="#7 no Content-Length", attempts=with_headers([("Transfer-Encoding", "chunked")]),
        expected=frozenset({411})),
    Abuse(name="#7 Content-Length is no number", attempts=with_length("abc", "-1", "1.5", "1,1")),
    Abuse(name="#7 Content-Length beyond the limit", attempts=with_length(
        str(MEGABYTE + 1), str(HUGE), "9" * 5000), expected=frozenset({413})),
    Abuse(name="#7 body shorter than its Content-Length", attempts=with_length("1000000")),
    Abuse(name="#7 body larger than the limit", attempts=in_body(
        b'{"name": "%b"}' % (b"x" * MEGABYTE)), expected=frozenset({413})),
    Abuse(name="#9 2,000 parameters", attempts=in_query("&".join(f"p{n}=1" for n in range(2000)))),
    Abuse(name="#9 2,000 parameters beside a charset", attempts=with_headers(
        [("Content-Type", "application/json; charset=utf-8")],
        environ={"QUERY_STRING": "&".join(["a=1"] * 2000)})),
    Abuse(name="#9 2,000 fields", attempts=as_the_only_fields(f"field{n}" for n in range(2000)),
        verdict=field_is_named),
    Abuse(name="#9 10^4 repeated headers", attempts=with_headers(
        [("Accept", "text/html")] * 10_000), expected=frozenset({406})),
    Abuse(name="#9 Accept of 10^4 quoted separators", attempts=with_headers(
        [("Accept", 'text/html;a="' + ",;" * 10_000)], [("Accept", '"' * 10_000)],
        [("Accept", "," * 10_000)], [("Accept", 'application/json;a="' + ',;"' * 10_000)]),
        expected=frozenset({406})),
    Abuse(name="#11 another address per request", limit=3, verdict=limit_holds, attempts=
        from_many_addresses("X_Forwarded_For", "X-Real-IP", "Forwarded", "X-Client-IP"),
        expected=frozenset({200, 400, 401, 429})),
    Abuse(name="#12 a long X-Forwarded-For per request", limit=3, verdict=limit_holds, attempts=
        from_many_addresses("X-Forwarded-For-Long"), expected=frozenset({200, 400, 401, 429})),
    Abuse(name="#13 headers to be sent on that override or split", attempts=in_field(
        "headers", {"Host": "169.254.169.254"}, {"Transfer-Encoding": "chunked"}, {"X": "a\nY: b"},
        {"content-length": "0"}, {"webhook-signature": "v1,x"}, {"X\r\nY": "1"}, {"X": "\u2028"},
        {"": "x"}, {f"X-{n}": "1" for n in range(10_000)}, {"X": "x" * 100_000})),
    Abuse(name="#21 fields that nobody asked for", attempts=as_extra_fields(*UNASKED),
        verdict=field_is_named),
    Abuse(name="#22 another user's id", attempts=by_a_stranger, expected=NOT_FOUND,
        verdict=foreign_is_as_absent),
    Abuse(name="#23 sorting and filtering by what is hidden", attempts=in_query(*ORACLES)),
    Abuse(name="#23 fields that are hidden", attempts=in_parameter("fields", *HIDDEN_FIELDS),
        verdict=field_is_named),
    Abuse(name="#23 fields too long, too deep or none", attempts=in_parameter(
        "fields", "", ",", "id,", ".", "id..", "id,id", "x" * 10_000, ".".join("a" * 5000),
        ",".join(f"f{n}" for n in range(500)), "id&fields=id", "%00", "%F0%9F%90%99")),
    Abuse(name="#36 ids that are none", attempts=as_id(*ODD_IDS), expected=NOT_FOUND),
    Abuse(name="#38 idempotency keys that are none", verdict=key_is_named, attempts=with_keys(
        "", " ", '""', '"', 'a"b', "\x00", "\r\nX-Admin: 1", "\xe9", "k" * 256, "k" * 100_000)),
    Abuse(name="#41 hostile request ids", attempts=by_nobody(
        *([("X-Request-ID", value)] for value in REQUEST_IDS)),
        expected=UNKNOWN, verdict=id_is_ours),
    Abuse(name="#41 hostile user agents", attempts=by_nobody(
        [("User-Agent", '"}\n{"level": "error"}')], [("User-Agent", "\x1b[2J" * 10_000)]),
        expected=UNKNOWN, verdict=id_is_ours),
    Abuse(name="C no JSON", attempts=in_body(
        b"{", b"{]", b"nonsense", b"\x00", b"\xff\xfe{}", b"'a'", b'{"a": NaN}', b'"\\ud800"',
        "{“name”: 1}".encode(), '{"name": "é"}'.encode("latin-1"))),
    Abuse(name="C no object", attempts=lambda target: in_body(
        b"[]", b"null", b"1", b'"text"', b"true", b"[{}]")(target) if target.takes_body else ()),
    Abuse(name="C numbers out of range", attempts=in_each_number(
        str(HUGE).encode(), b"-1" + b"0" * 30, b"1e400", b"9" * 5000, b"1.5e308", b"3.7",
        str(2**31).encode(), str(2**63).encode(), b"true", b'""')),
    Abuse(name="C unknown fields", attempts=as_extra_fields(
        "nonsense", "é", "a.b", "a" * 10_000, ""), verdict=field_is_named),
    Abuse(name="C a false Host", attempts=with_headers(
        *([("Host", host)] for host in ("evil.example", "testserver@evil.example", "a b", "\x00",
        "[::1", "x" * 10_000, "")))),
    Abuse(name="C another type", attempts=lambda target: (
        target.sent(headers=[("Content-Type", kind)], environ={"CONTENT_LENGTH": "2"}, body=b"{}")
        for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "x",
        "application/x-www-form-urlencoded", "application/json; charset=zlib", "")),
        expected=frozenset({415})),
    Abuse(name="C a compressed body", attempts=with_headers(
        [("Content-Encoding", "gzip")], [("Content-Encoding", "br, gzip")]),
        expected=frozenset({415})),
    Abuse(name="C other methods", attempts=by_other_methods, expected=frozenset({405})),
    Abuse(name="C tags of nothing", expected=frozenset({412}), attempts=as_precondition(
        '"x"', 'W/"x"', "", "x", '"*"', '"x", "y"', '"' * 5000, '"x",' * 5000, "\xff", '*, "x"')),
    Abuse(name="C versions that there are not", expected=NOT_FOUND, attempts=at_version(
        "v0", "v3", "v99", "v" + "9" * 500, "V1", "v1.0", "v", "latest", "%00", "..", "v1%2f")),
    Abuse(name="C tokens that are none", attempts=with_token(*TOKENS), expected=UNKNOWN),
]  # fmt: skip
