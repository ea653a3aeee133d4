"""What app servers ask over HTTP/1.1: access tokens, FCM's messages, pushes to browsers."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from devstack.push import fcm, web_push
from devstack.push.answers import Answer
from devstack.push.journal import Push, Service
from devstack.push.services import PushServices
from devstack.push.tokens import GrantRefused
from devstack.push.verdicts import Verdict

FOR_EVER_SECONDS = 3600.0
_JSON = "application/json"


class Front:
    """The routes by which app servers send."""

    def __init__(self, services: PushServices) -> None:
        self._services = services
        self._journal = services.journal
        self._answers = services.answers

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Mount the routes; ``/web-push/{id}`` gives way to what was mounted before."""
        router.add_post("/token", self.grant)
        router.add_post("/v1/projects/{project}/messages:send", self.send_by_fcm)
        router.add_post("/web-push/{id}", self.send_by_web_push)

    async def grant(self, request: web.Request) -> web.Response:
        """Trade an assertion for an access token."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            granted = self._services.tokens.grant(form, token_uri=self._services.token_uri)
        except GrantRefused as refusal:
            told = {"error": refusal.error, "error_description": str(refusal)}
            return web.Response(status=400, body=orjson.dumps(told), content_type=_JSON)
        return web.Response(body=orjson.dumps(granted), content_type=_JSON)

    async def send_by_fcm(self, request: web.Request) -> web.Response:
        """Take a message for an FCM device (``messages:send``)."""
        body = await request.read()
        project = request.match_info["project"]
        authorization = request.headers.get("Authorization", "")
        verdict = fcm.judge(self._services.tokens, project, authorization, body)
        answer = self._scripted("fcm", verdict.token, verdict.status)
        if answer is not None and answer.code:
            verdict = fcm.scripted(answer, verdict.token)
        status, code = _outcome(answer, verdict)
        self._journal.write(
            Push(
                service="fcm",
                token=verdict.token,
                status=status,
                code=code,
                id=verdict.id,
                headers={},
                body=body,
                sender=project,
            )
        )
        await _obey(answer, request)
        return web.Response(
            status=verdict.status, body=verdict.body, headers=verdict.headers, content_type=_JSON
        )

    async def send_by_web_push(self, request: web.Request) -> web.Response:
        """Take a push for a browser (RFC 8030, section 5)."""
        body = await request.read()
        name, service = request.match_info["id"], self._services.web_push
        verdict = service.judge(name, request.headers, body, f"{request.scheme}://{request.host}")
        answer = self._scripted("web_push", name, verdict.status)
        if answer is not None and answer.code:
            web_push.scripted(verdict, answer)
        status, code = _outcome(answer, verdict)
        self._journal.write(
            Push(
                service="web_push",
                token=name,
                status=status,
                code=code,
                id=verdict.id,
                headers={n: request.headers[n] for n in web_push.KEPT if n in request.headers},
                body=body,
                sender=verdict.sender,
                opened=verdict.subscription.opened if verdict.subscription else None,
            )
        )
        await _obey(answer, request)
        self._hand_over(verdict)
        return web.Response(status=verdict.status, text=verdict.reason, headers=verdict.headers)

    def _scripted(self, service: Service, token: str, status: int) -> Answer | None:
        return self._answers.next_for(service, token) if status < 300 else None

    def _hand_over(self, verdict: web_push.WebPushVerdict) -> None:
        if verdict.subscription and verdict.message:
            verdict.subscription.put(verdict.message)
            verdict.headers["Location"] = f"{self._services.url}/web-push/messages/{verdict.id}"


def _outcome(answer: Answer | None, verdict: Verdict) -> tuple[int, str]:
    """Return what the journal says of a request: status 0 where nothing is answered."""
    if answer is not None and answer.action != "answer":
        return 0, answer.action
    return verdict.status, verdict.code


async def _obey(answer: Answer | None, request: web.Request) -> None:
    """Do what is scripted besides an answer; a request that gets none ends here."""
    if answer is None:
        return
    await asyncio.sleep(answer.delay_seconds)
    if answer.action == "hang":
        await asyncio.sleep(FOR_EVER_SECONDS)
    if answer.action != "answer":
        if request.transport is not None:
            request.transport.abort()
        raise asyncio.CancelledError
