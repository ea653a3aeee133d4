"""The questions as requests: each is asked with many tokens and for many rows in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench import rows, tokens
from bench.cells import Cell, Request
from bench.peer import Requests, Setting

NO_MORE: Mapping[str, str] = {}


def listing(
    path: str, known: Sequence[str], *, more: Mapping[str, str] = NO_MORE
) -> Sequence[Request]:
    """Return requests for a page of 20 rows, one per token; ``more`` are further headers."""
    return [
        Request(path=path, headers={**_bearer(token), **more}, shows='"title"', times=20)
        for token in known
    ]


def signed_in(path: str, known: Sequence[str]) -> Sequence[Request]:
    """Return requests for a page that is the same for all, one per token."""
    return [Request(path=path, headers=_bearer(token)) for token in known]


def showing(
    template: str, ids: Sequence[str], known: Sequence[str], *, more: Mapping[str, str] = NO_MORE
) -> Sequence[Request]:
    """Return requests for single rows, each with the next of the tokens."""
    return [
        Request(
            path=template.format(row),
            headers={**_bearer(known[number % len(known)]), **more},
            shows='"title"',
        )
        for number, row in enumerate(ids)
    ]


def creating(
    path: str,
    known: Sequence[str],
    *,
    body: str = rows.NEW,
    more: Mapping[str, str] = NO_MORE,
    fresh: str = "",
    status: int = 201,
) -> Sequence[Request]:
    """Return requests that write a row, one per token."""
    headers = {"Content-Type": "application/json", **more}
    return [
        Request(
            method="POST",
            path=path,
            headers={**_bearer(token), **headers},
            body=body,
            fresh=fresh,
            status=status,
        )
        for token in known
    ]


def in_plain_words(setting: Setting, *, prefix: str = "", slash: str = "") -> Requests:
    """Return list, get and create below ``/buildings/<id>/requests`` for the shared table."""
    known = tokens.of_users(setting.plan.users)
    base = f"{prefix}/buildings/{setting.table.building}/requests"
    return {
        Cell.LIST: listing(f"{base}{slash}", known),
        Cell.GET: showing(f"{base}/{{}}{slash}", setting.table.known, known),
        Cell.CREATE: creating(f"{base}{slash}", known),
    }


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
