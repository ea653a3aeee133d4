"""APNs over one connection: thousands at once, servers that go away, full windows, cuts."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
import pytest_asyncio

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.providers import apns_token
from apps.notifications.providers.apns import ApnsProvider
from apps.notifications.types import (
    Address,
    Channel,
    Content,
    Outcome,
    Parcel,
    ProviderSettings,
    PushService,
    Reply,
    Urgency,
)
from devstack.push.answers import ANY, Answer
from devstack.push.apns_connection import Faults
from devstack.push.services import PushServices
from devstack.waiting import wait_until


@pytest.fixture
def account(push_services: PushServices) -> ProviderSettings:
    known = next(each for each in push_services.accounts() if each["service"] == "apns")
    key = push_services.consoles.new_key(f"TEAM{secrets.token_hex(3).upper()}")
    config = {**known["config"], "team_id": key.team_id, "key_id": key.key_id}
    settings = ProviderSettings(
        id=1,
        name="apns",
        service=PushService.APNS,
        config=config,
        secret=key.private_key.encode(),
    )
    minted = apns_token.mint(settings)
    return replace(settings, token=minted.token, token_issued_at=minted.issued_at)


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[ApnsProvider]:
    provider = ApnsProvider()
    yield provider
    await provider.close()


def _parcel(token: str = "aa" * 32, **fields: object) -> Parcel:
    moment = now()
    told = {
        "delivery_id": 1,
        "reference": new_id(),
        "channel": Channel.PUSH,
        "lease_token": new_id(),
        "leased_until": moment + timedelta(minutes=1),
        "expires_at": moment + timedelta(hours=1),
        "attempt_number": 1,
        "content": Content(title="The lift works again", body="In house 2."),
        "address": Address(
            service=PushService.APNS, token=token, app_id="app.mainstay.demo", registered_at=moment
        ),
        **fields,
    }
    return Parcel(**told)  # type: ignore[arg-type]  # of many types


async def _send_many(provider: ApnsProvider, account: ProviderSettings, number: int) -> list[Reply]:
    return await asyncio.gather(*(provider.send(_parcel(), account) for _ in range(number)))


async def test_thousands_of_refusals_go_over_one_connection(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.answers.add(Answer(service="apns", token=ANY, code="Unregistered"))
    opened = push_services.apns.opened

    replies = await _send_many(provider, account, 6000)

    assert Counter(reply.code for reply in replies) == {"Unregistered": 6000}
    assert all(reply.gone_since for reply in replies)
    assert push_services.apns.opened == opened + 1


async def test_server_that_goes_away_again_and_again_loses_and_doubles_nothing(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    await _send_many(provider, account, 1)
    await provider.close()
    push_services.apns.faults = Faults(goaway_after_streams=400)

    replies = await _send_many(provider, account, 1500)

    accepted = push_services.journal.pushes(service="apns", is_accepted=True)
    codes = Counter(reply.code for reply in replies if reply.outcome is not Outcome.ACCEPTED)
    # Some were refused more often than it is worth asking again; those wait for their next attempt.
    assert set(codes) <= {"not_processed"}
    assert len(accepted) == 1501 - codes.total()
    assert len({push.reference() for push in accepted}) == len(accepted)


async def test_streams_that_the_server_resets_are_tried_again_later(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.answers.add(Answer(service="apns", token=ANY, action="reset", times=1))

    broken = await provider.send(_parcel(), account)
    sound = await provider.send(_parcel(), account)

    assert (broken.outcome, broken.code, broken.status) == (Outcome.RETRY, "broken_off", None)
    assert sound.outcome is Outcome.ACCEPTED


async def test_bodies_wait_for_the_servers_window(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.apns.faults = Faults(initial_window_size=50)
    long = Content(title="Title", body="word " * 500)

    replies = await asyncio.gather(
        *(provider.send(_parcel(content=long), account) for _ in range(20))
    )

    assert {reply.outcome for reply in replies} == {Outcome.ACCEPTED}
    payloads = [push.payload() for push in push_services.journal.pushes()]
    assert {payload["aps"]["alert"]["body"] for payload in payloads} == {long.body}


async def test_no_more_streams_are_opened_than_the_server_allows(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.apns.faults = Faults(max_concurrent_streams=3)

    replies = await _send_many(provider, account, 50)

    assert {reply.outcome for reply in replies} == {Outcome.ACCEPTED}


async def test_connection_that_is_cut_leaves_the_rest_for_a_new_one(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.answers.add(Answer(service="apns", token="bb" * 32, action="hang", times=1))
    waiting = asyncio.create_task(provider.send(_parcel("bb" * 32), account))
    journal = push_services.journal
    assert await asyncio.to_thread(
        wait_until, lambda: bool(journal.pushes(token="bb" * 32)), seconds=30
    )

    request = Request(f"{push_services.url}/apns/cut", method="POST")
    await asyncio.to_thread(lambda: urlopen(request).close())
    broken = await waiting
    sound = await provider.send(_parcel(), account)

    assert (broken.outcome, broken.code) == (Outcome.RETRY, "broken_off")
    assert sound.outcome is Outcome.ACCEPTED


async def test_request_that_nobody_waits_for_any_more_leaves_the_connection_sound(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    push_services.answers.add(Answer(service="apns", token=ANY, action="hang", times=1))
    given_up = asyncio.create_task(provider.send(_parcel(), account))
    journal = push_services.journal
    assert await asyncio.to_thread(wait_until, lambda: bool(journal.pushes()), seconds=30)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    opened = push_services.apns.opened

    sound = await provider.send(_parcel(), account)

    assert sound.outcome is Outcome.ACCEPTED
    assert push_services.apns.opened == opened


async def test_server_whose_authority_we_do_not_know_is_not_spoken_to(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    config = {name: value for name, value in account.config.items() if name != "ca_file"}

    reply = await provider.send(_parcel(), replace(account, config=config))

    assert (reply.outcome, reply.code) == (Outcome.RETRY, "tls_failed")
    assert not push_services.journal.pushes()


async def test_server_that_is_not_there_is_tried_again(
    provider: ApnsProvider, account: ProviderSettings, unused_tcp_port: int
) -> None:
    config = {**account.config, "host": f"127.0.0.1:{unused_tcp_port}"}

    reply = await provider.send(_parcel(), replace(account, config=config))

    assert (reply.outcome, reply.code) == (Outcome.RETRY, "not_connected")


async def test_headers_say_what_kind_how_urgent_until_when_and_for_which_app(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    parcel = _parcel(urgency=Urgency.HIGH, collapse_id="lift-2")

    await provider.send(parcel, account)

    (push,) = push_services.journal.pushes()
    assert push.headers == {
        "apns-id": str(parcel.reference),
        "apns-topic": "app.mainstay.demo",
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": str(int(parcel.expires_at.timestamp())),
        "apns-collapse-id": "lift-2",
    }


async def test_teams_share_no_connection(
    push_services: PushServices, provider: ApnsProvider, account: ProviderSettings
) -> None:
    key = push_services.consoles.new_key(f"TEAM{secrets.token_hex(3).upper()}")
    config = {**account.config, "team_id": key.team_id, "key_id": key.key_id}
    other = replace(account, id=2, config=config, secret=key.private_key.encode())
    other = replace(other, token=apns_token.mint(other).token)
    opened = push_services.apns.opened

    replies = [await provider.send(_parcel(), each) for each in (account, other, account, other)]

    assert {reply.outcome for reply in replies} == {Outcome.ACCEPTED}
    assert push_services.apns.opened == opened + 2
