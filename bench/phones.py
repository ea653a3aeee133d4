"""Phones that sync over HTTP: ``KIND JOB``, where JOB is JSON; prints what came of it as JSON.

A process of its own, so that what it does is on the core of the load. Each `Job` says the `url` of
the server; a phone is its access token, its checkpoint and its number.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from bench.rows import DESCRIPTION, TITLE

PERIOD_SECONDS = 10
ROOT = "/api/v1/sync"
_PATIENCE = aiohttp.ClientTimeout(total=60)

Job = Mapping[str, Any]
Phone = Sequence[Any]


class WrongAnswer(Exception):
    """The server said something else; the message is what."""


def pull_path(number: int, checkpoint: int | None) -> str:
    """Return where a phone pulls."""
    asked = "" if checkpoint is None else f"&checkpoint={checkpoint}"
    return f"{ROOT}/pull?device=phone-{number}{asked}"


async def repeat(session: aiohttp.ClientSession, job: Job) -> dict[str, Any]:
    """Pull from the same checkpoint again and again; milliseconds of each, rows of the last."""
    token, checkpoint, number = job["phone"]
    taken, page = [], {}
    for _ in range(job["times"]):
        began = time.perf_counter()
        body = await _got(session, token, pull_path(number, checkpoint))
        taken.append(1000 * (time.perf_counter() - began))
        page = json.loads(body)
    return {"ms": taken, "rows": _count(page)}


async def first(session: aiohttp.ClientSession, job: Job) -> dict[str, Any]:
    """Pull everything, page after page; seconds of waiting for pages, not of reading them."""
    checkpoint, rows, size, seconds = None, 0, 0, 0.0
    while True:
        began = time.perf_counter()
        body = await _got(session, job["token"], pull_path(0, checkpoint))
        seconds += time.perf_counter() - began
        page = json.loads(body)
        rows, size, checkpoint = rows + _count(page), size + len(body), page["checkpoint"]
        if not page["has_more"]:
            return {"rows": rows, "bytes": size, "seconds": seconds}


async def push(session: aiohttp.ClientSession, job: Job) -> dict[str, Any]:
    """Push new rows and edits of them, half of each; milliseconds of each push."""
    token, _, number = job["phone"]
    taken: list[float] = []
    known: dict[str, int] = {}
    for _ in range(job["times"] + 1):
        edits = [_edit(record_id, revision) for record_id, revision in known.items()]
        new = [_new(job["building"]) for _ in range(job["operations"] - len(edits))]
        operations = [*new, *edits]
        body = json.dumps({"device": f"phone-{number}", "operations": operations})
        began = time.perf_counter()
        results = await _pushed(session, token, body)
        taken.append(1000 * (time.perf_counter() - began))
        known = {
            operation["id"]: result["revision"]
            for operation, result in list(zip(operations, results, strict=True))[
                : job["operations"] // 2
            ]
        }
    # The first one had nothing to edit.
    return {"ms": taken[1:]}


async def crowd(session: aiohttp.ClientSession, job: Job) -> dict[str, Any]:
    """Let all phones come every ten seconds, each at a moment of its own.

    A pull is timed from the moment it was due, so what waits behind another one is late.
    """
    began = time.perf_counter()
    times = job["seconds"] // PERIOD_SECONDS
    phones = job["phones"]
    came = await asyncio.gather(
        *(
            _comes(session, phone, began + PERIOD_SECONDS * place / len(phones), times)
            for place, phone in enumerate(phones)
        )
    )
    taken = [ms for one in came for ms in one]
    return {
        "ms": taken,
        "unanswered": times * len(phones) - len(taken),
        "seconds": time.perf_counter() - began,
    }


async def _comes(
    session: aiohttp.ClientSession, phone: Phone, due: float, times: int
) -> list[float]:
    token, checkpoint, number = phone
    taken = []
    for turn in range(times):
        moment = due + turn * PERIOD_SECONDS
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        try:
            body = await _got(session, token, pull_path(number, checkpoint))
        except (aiohttp.ClientError, TimeoutError, WrongAnswer):
            continue
        taken.append(1000 * (time.perf_counter() - moment))
        checkpoint = json.loads(body)["checkpoint"]
    return taken


async def _got(session: aiohttp.ClientSession, token: str, path: str) -> bytes:
    async with session.get(path, headers=_signed(token)) as answer:
        body = await answer.read()
    if answer.status != 200:
        raise WrongAnswer(f"{path} was answered {answer.status}: {body[:200]!r}")
    return body


async def _pushed(session: aiohttp.ClientSession, token: str, body: str) -> list[dict[str, Any]]:
    headers = {**_signed(token), "Content-Type": "application/json"}
    async with session.post(f"{ROOT}/push", data=body, headers=headers) as answer:
        said = await answer.read()
    if answer.status != 200:
        raise WrongAnswer(f"A push was answered {answer.status}: {said[:200]!r}")
    results: list[dict[str, Any]] = json.loads(said)["results"]
    if odd := [result for result in results if result["outcome"] != "applied"]:
        raise WrongAnswer(f"{len(odd)} operations were not applied, the first: {odd[0]}")
    return results


def _new(building: str) -> dict[str, Any]:
    changes = {"building_id": building, "title": TITLE, "description": DESCRIPTION}
    return _operation(uuid4().hex[:16], None, {**changes, "priority": "normal"})


def _edit(record_id: str, revision: int) -> dict[str, Any]:
    return _operation(record_id, revision, {"title": f"{TITLE}, said {uuid4().hex[:8]}"})


def _operation(record_id: str, revision: int | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "op_id": str(uuid4()),
        "table": "requests",
        "id": record_id,
        "op": "upsert",
        "base_revision": revision,
        "changes": changes,
    }


def _signed(token: str) -> dict[str, str]:
    # As it comes from the database: what compressing costs is measured with HTTP.
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


def _count(page: Mapping[str, Any]) -> int:
    return sum(len(table["rows"]) for table in page["changes"].values())


KINDS: Mapping[str, Callable[[aiohttp.ClientSession, Job], Awaitable[dict[str, Any]]]] = {
    each.__name__: each for each in (repeat, first, push, crowd)
}


async def _run(kind: str, job: Job) -> dict[str, Any]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(job["url"], connector=connector, timeout=_PATIENCE) as session:
        return await KINDS[kind](session, job)


def main() -> None:
    """Do one job; what the server says wrong ends it."""
    kind, job = sys.argv[1:]
    asked = json.loads(Path(job).read_text(encoding="utf-8"))
    try:
        came = asyncio.run(_run(kind, asked))
    except WrongAnswer as wrong:
        sys.exit(str(wrong))
    sys.stdout.write(json.dumps(came))


if __name__ == "__main__":
    main()
