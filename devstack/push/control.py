"""The control API: what a test or a team's own CI scripts, breaks, and reads back."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from devstack.push.answers import Answer, UnknownAnswer
from devstack.push.services import PushServices
from devstack.push.streams import ANYBODY

LONGEST_WAIT_SECONDS = 60.0
_JSON = "application/json"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """JSON in, JSON out; what is malformed is answered 400 with the reason."""

    def __init__(self, services: PushServices) -> None:
        self._services = services

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes."""
        routes: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/health/ready", self.ready),
            ("GET", "/accounts", self.accounts),
            ("GET", "/journal", self.journal),
            ("DELETE", "/journal", self.forget),
            ("GET", "/journal/counts", self.counts),
            ("GET", "/journal/duplicates", self.duplicates),
            ("GET", "/answers", self.scripted),
            ("POST", "/answers", self.script),
            ("DELETE", "/answers", self.unscript),
            ("POST", "/fcm/projects", self.new_project),
            ("POST", "/fcm/expire-tokens", self.expire_tokens),
            ("POST", "/apns/keys", self.new_key),
            ("PATCH", "/apns/faults", self.change_faults),
            ("POST", "/apns/goaway", self.go_away),
            ("POST", "/apns/cut", self.cut),
            ("POST", "/web-push/subscriptions", self.subscribe),
            ("DELETE", "/web-push/{id}", self.unsubscribe),
        )
        for method, path, handler in routes:
            router.add_route(method, path, handler)

    async def ready(self, request: web.Request) -> web.Response:
        """Say that all three services answer; they began together."""
        return _answer({"status": "ready"})

    async def accounts(self, request: web.Request) -> web.Response:
        """Show how each service is reached, keys included."""
        return _answer(self._services.accounts())

    async def journal(self, request: web.Request) -> web.Response:
        """Show what was received after ``?after=``, waiting ``?wait=`` seconds for it."""
        asked = request.query
        after, limit = _number(asked.get("after", "0")), _number(asked.get("limit", "1000"))
        wait = min(_seconds(asked.get("wait", "0")), LONGEST_WAIT_SECONDS)
        journal = self._services.journal
        if wait:
            await journal.wait(after, seconds=wait)
        accepted = {"true": True, "false": False}.get(asked.get("accepted", ""))
        found = journal.pushes(
            service=asked.get("service", ""),
            token=asked.get("token", ""),
            after=after,
            is_accepted=accepted,
        )
        newest = found[max(0, len(found) - limit) :]
        return _answer({"items": [push.told() for push in newest], "last": journal.last})

    async def forget(self, request: web.Request) -> web.Response:
        """Begin anew: nothing received, nothing scripted, healthy."""
        self._services.forget()
        return web.Response(status=204)

    async def counts(self, request: web.Request) -> web.Response:
        """Show how many requests came to which end."""
        return _answer(self._services.journal.counts())

    async def duplicates(self, request: web.Request) -> web.Response:
        """Show which devices were shown one delivery more than once."""
        return _answer({"items": self._services.journal.duplicates()})

    async def scripted(self, request: web.Request) -> web.Response:
        """Show what is scripted and not used up."""
        return _answer({"items": self._services.answers.told()})

    async def script(self, request: web.Request) -> web.Response:
        """Script an answer for a device."""
        try:
            self._services.answers.add(Answer(**await _told(request)))
        except (UnknownAnswer, TypeError) as reason:
            raise _bad(str(reason)) from None
        return web.Response(status=204)

    async def unscript(self, request: web.Request) -> web.Response:
        """Answer properly again."""
        self._services.answers.clear()
        return web.Response(status=204)

    async def new_project(self, request: web.Request) -> web.Response:
        """Issue a service account of an FCM project, as a file for google-auth."""
        project_id = _word(await _told(request), "project_id")
        account = self._services.consoles.service_account(project_id)
        return _answer(account.as_file(self._services.token_uri), status=201)

    async def expire_tokens(self, request: web.Request) -> web.Response:
        """End every access token granted so far."""
        self._services.tokens.expire_all()
        return web.Response(status=204)

    async def new_key(self, request: web.Request) -> web.Response:
        """Issue an APNs key to a team."""
        told = await _told(request)
        topics = tuple(map(str, told.get("topics", ())))
        key = self._services.consoles.new_key(_word(told, "team_id"), topics)
        shown = {"team_id": key.team_id, "key_id": key.key_id, "private_key": key.private_key}
        return _answer(shown, status=201)

    async def change_faults(self, request: web.Request) -> web.Response:
        """Say when APNs sends GOAWAY by itself, and how little it takes at a time."""
        faults = self._services.apns.faults
        for name, value in (await _told(request)).items():
            if name == "token_update_seconds":
                self._services.apns.gate.update_seconds = _seconds(str(value))
            elif name in vars(faults):
                setattr(faults, name, _number(str(value)))
            else:
                raise _bad(f"{name!r} is none of {', '.join(vars(faults))}, token_update_seconds.")
        return web.Response(status=204)

    async def go_away(self, request: web.Request) -> web.Response:
        """Send GOAWAY on every connection of APNs."""
        for connection in list(self._services.apns.connections):
            connection.go_away()
        return web.Response(status=204)

    async def cut(self, request: web.Request) -> web.Response:
        """Break every connection of APNs off."""
        for connection in list(self._services.apns.connections):
            connection.cut()
        return web.Response(status=204)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Subscribe a browser, whose keys are made here if none are told."""
        try:
            subscription = self._services.web_push.subscriptions.add(await _told(request))
        except (KeyError, TypeError, ValueError) as reason:
            raise _bad(f"No subscription: {reason}") from None
        shown = subscription.as_browser_shows_it(self._services.url)
        return web.json_response(shown, status=201, headers=ANYBODY)

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """End a subscription, whose pushes are answered 410 from now on."""
        if not self._services.web_push.subscriptions.remove(request.match_info["id"]):
            raise web.HTTPNotFound(headers=ANYBODY)
        return web.Response(status=204, headers=ANYBODY)


async def _told(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    try:
        told = json.loads(text) if text else {}
    except ValueError as reason:
        raise _bad(f"That is no JSON: {reason}") from None
    if not isinstance(told, dict):
        raise _bad("A JSON object is wanted.")
    return told


def _number(text: str) -> int:
    if not text.isdecimal():
        raise _bad(f"{text!r} is no number.")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _bad(f"{text!r} is no number of seconds.") from None


def _word(told: dict[str, Any], name: str) -> str:
    if not told.get(name):
        raise _bad(f"{name} is missing.")
    return str(told[name])


def _answer(told: object, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(told), content_type=_JSON)


def _bad(reason: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=reason)
