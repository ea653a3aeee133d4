"""The rows of R6 section 4 that are played over several requests by people who sign in."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any

import jwt
import orjson
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from pytest_django import Settings

from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import User
from apps.events.models import LogEntry
from apps.kernel import clock
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.openid_provider import new_key, running_as
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, shown, totp
from tests.apps.accounts.providing import sent
from tests.factories.accounts import PASSWORD

NEW = "A completely other secret 7"
WRONG = "Wrong password 7"

Play = Callable[[User, Settings], None]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One abuse with its number, and the play that ends as the reference demands."""

    name: str
    play: Play


def at_once(asks: Sequence[Callable[[], HttpResponse]]) -> list[int]:
    """Ask all of it in the same moment, and return the statuses."""
    together = Barrier(len(asks))

    def ask(one: Callable[[], HttpResponse]) -> int:
        try:
            together.wait()
            return one().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask, asks))


def signed_in(user: User, password: str = PASSWORD) -> Phone:
    phone = Phone()
    assert phone.sign_in(user.email, password).status_code == 200
    return phone


def hostile_bodies(_: User, __: Settings) -> None:
    bodies = [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"email": "a@example.com", "email": "b@example.com", "password": "x"}',
        orjson.dumps({"email": "a@example.com", "password": PASSWORD, "is_staff": True}),
        orjson.dumps({"email": "a\x00@example.com", "password": PASSWORD}),
        b"\xff\xfe",
        b"",
    ]
    for path in ("auth/signup", "auth/login", "auth/password/request", "tokens/refresh"):
        for body in bodies:
            answer = Phone().send("POST", f"{FLOWS}/{path}", body)
            assert answer.status_code == 400, (path, body[:40], answer.content)
    assert not User.objects.filter(is_staff=True).exists()


def hundred_wrong_passwords(owner: User, settings: Settings) -> None:
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 30
    asks = [partial(Phone().sign_in, owner.email, WRONG) for _ in range(100)]

    statuses = at_once(asks)

    assert (statuses.count(400), statuses.count(429)) == (5, 95)


def credential_stuffing(owner: User, _: Settings) -> None:
    home = Phone()
    home.device_token = shown(home.sign_in(owner.email))["meta"]["device_token"]
    home.post(f"{API}/sign-out/")
    home.access_token = home.session_token = ""

    known = [Phone().sign_in(owner.email, f"{WRONG}{number}") for number in range(30)]
    unknown = [Phone().sign_in("nobody@example.com", f"{WRONG}{number}") for number in range(30)]

    for ours, theirs in zip(known, unknown, strict=True):
        assert ours.status_code == theirs.status_code
        assert shown(ours).get("errors") == shown(theirs).get("errors")
    assert known[-1].status_code == 429
    assert home.sign_in(owner.email).status_code == 200


def sign_in_flood(owner: User, settings: Settings) -> None:
    with all_hashing_places_taken(settings):
        answers = [Phone().sign_in(owner.email) for _ in range(20)]

    assert {(answer.status_code, answer["Retry-After"]) for answer in answers} == {(503, "1")}
    assert Phone().sign_in(owner.email).status_code == 200


def odd_passwords(_: User, __: Settings) -> None:
    for password, status in [
        ("A7!" * 2_000_000, {400, 413}),
        ("Aa7!" * 256 + "x", {400}),
        ("Aa7! " + "long words " * 7, {401}),
        ("  Spaces around 7  ", {401}),
        ("Ünïcödé 🐎🔋 staple 7", {401}),
    ]:
        answer = Phone().sign_up(f"p{len(password)}@example.com", password)
        assert answer.status_code in status, (len(password), answer.content)
        cache.clear()


def fifty_sign_ups(_: User, settings: Settings) -> None:
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 30
    spellings = ["ada@example.com", "ADA@Example.COM", "\uff41da@example.com", " ada@example.com"]
    asks = [partial(Phone().sign_up, spellings[number % 4]) for number in range(50)]

    statuses = at_once(asks)

    assert set(statuses) <= {401, 429}
    assert User.objects.filter(email="ada@example.com").count() == 1


def unasked_fields(owner: User, _: Settings) -> None:
    phone = signed_in(owner)
    for name in ("is_staff", "tier", "expires_at", "id"):
        for path, body in [
            ("auth/signup", {"email": "b@example.com", "password": PASSWORD}),
            ("account/password/change", {"current_password": PASSWORD, "new_password": NEW}),
            ("account/email", {"email": "b@example.com"}),
            ("auth/reauthenticate", {"password": PASSWORD}),
        ]:
            assert phone.post(f"{FLOWS}/{path}", **body, **{name: "x"}).status_code == 400
    owner.refresh_from_db()
    assert (owner.is_staff, owner.tier, owner.check_password(PASSWORD)) == (False, "free", True)


def me_without_a_row(owner: User, _: Settings) -> None:
    phone = signed_in(owner)
    for path in (f"{API}/me/", f"{FLOWS}/auth/session"):
        text = phone.get(path).content.decode()
        assert "argon2" not in text
        assert f'"id":{owner.pk}' not in text.replace(" ", "")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    live_sessions.clear()

    assert phone.get(f"{API}/me/").status_code == 401
    assert phone.get(f"{FLOWS}/auth/session").status_code in {401, 410}


def forged_tokens(owner: User, _: Settings) -> None:
    real = signed_in(owner).access_token
    header, claims, signature = real.split(".")
    # Says that it is signed by nothing.
    unsigned = "eyJhbGciOiJub25lIn0"
    forged = [
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{header}.{claims}.",
        f"{header}.{claims}.{signature[::-1]}",
        jwt.encode({"sub": "x"}, "secret" * 8, algorithm="HS256", headers={"kid": "x"}),
        jwt.encode({"sub": "x"}, new_key("ES256"), algorithm="ES256", headers={"crit": ["x"]}),
        "x" * 100_000,
    ]
    for token in forged:
        phone = Phone()
        phone.access_token = token
        assert phone.get(f"{API}/me/").status_code == 401
        assert phone.get(f"{FLOWS}/auth/session").status_code in {401, 410}
        assert phone.get(f"{FLOWS}/account/email").status_code in {401, 410}


def random_key_ids(_: User, settings: Settings) -> None:
    with running_as("google", settings) as provider:
        known = provider.id_token(sub="first")
        assert sent(Phone(), "google", id_token=known).status_code == 200
        for number in range(1000):
            header = {"kid": f"random {number}", "jku": "https://evil.example/keys"}
            del header["jku" if number % 2 else "kid"]
            answer = sent(Phone(), "google", id_token=provider.id_token(header=header))
            assert answer.status_code == 400

        assert provider.asked.count("/keys") == 1
        provider.ill = (500, b"")
        with time_machine.travel(clock.now().timestamp() + 30):
            assert sent(Phone(), "google", id_token=known).status_code == 200


def tokens_after_their_end(owner: User, _: Settings) -> None:
    phone = signed_in(owner)
    spent = phone.refresh_token
    phone.refresh()
    with time_machine.travel(clock.now().timestamp() + 31):
        thief = Phone()
        thief.refresh_token = spent
        assert thief.refresh().status_code == 401
        live_sessions.clear()
        assert not phone.is_signed_in
        assert phone.refresh().status_code == 401
    reasons = LogEntry.objects.filter(
        topic="accounts.session.ended", payload__user_id=str(owner.public_id)
    ).values_list("payload__reason", flat=True)
    assert list(reasons) == ["token_reused"]

    here, elsewhere = signed_in(owner), signed_in(owner)
    here.post(f"{FLOWS}/account/password/change", current_password=PASSWORD, new_password=NEW)
    live_sessions.clear()
    assert (here.is_signed_in, elsewhere.is_signed_in) == (True, False)
    here.post(f"{API}/sign-out/")
    live_sessions.clear()
    assert not here.is_signed_in


def foreign_addresses(owner: User, settings: Settings) -> None:
    with running_as("google", settings) as provider:
        attempts: list[tuple[dict[str, Any], dict[str, str], int]] = [
            ({"email": owner.email}, {}, 409),
            ({"email": owner.email.upper()}, {}, 409),
            ({"email": owner.email, "email_verified": False}, {}, 401),
            ({"email": "own@example.com"}, {"email": owner.email}, 400),
            ({"email": "own@example.com"}, {"extra_data": owner.email}, 400),
        ]
        for changes, more, expected in attempts:
            phone, told = Phone(), {"sub": orjson.dumps([changes, more]).decode(), **changes}
            answer = sent(phone, "google", id_token=provider.id_token(**told), **more)
            assert answer.status_code == expected, (changes, more, answer.content)
            assert not phone.access_token

    assert not SocialAccount.objects.filter(user=owner).exists()


def codes_twice_and_at_once(owner: User, settings: Settings) -> None:
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 30
    twins = [Phone() for _ in range(4)]
    forgetful = Phone()
    forgetful.post(f"{FLOWS}/auth/password/request", email=owner.email)
    code = code_mailed_to(owner.email)
    for twin in twins:
        twin.session_token = forgetful.session_token
    body: dict[str, Any] = {"key": code, "password": NEW}

    reset = f"{FLOWS}/auth/password/reset"
    statuses = at_once([partial(twin.post, reset, **body) for twin in twins])

    # 401 is a reset that succeeded: now sign in.
    assert (statuses.count(401), statuses.count(409)) == (1, 3)

    phone = signed_in(owner, NEW)
    phone.show_password_again(NEW)
    secret = shown(phone.get(f"{FLOWS}/account/authenticators/totp"))["meta"]["secret"]
    phone.post(f"{FLOWS}/account/authenticators/totp", code=totp(secret))
    codes = shown(phone.get(f"{FLOWS}/account/authenticators/recovery-codes"))["data"]
    tried = [Phone() for _ in range(4)]
    for one in tried:
        one.sign_in(owner.email, NEW)
    recovery = codes["unused_codes"][0]
    statuses = at_once([partial(one.enter, recovery) for one in tried])

    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 429}


SCENES = [
    Scene(name="#1 #2 #5 hostile bodies in the flows", play=hostile_bodies),
    Scene(name="#16 100 parallel wrong passwords", play=hundred_wrong_passwords),
    Scene(name="#17 credential stuffing, and the owner at home", play=credential_stuffing),
    Scene(name="#18 a flood of sign-ins", play=sign_in_flood),
    Scene(name="#19 odd passwords", play=odd_passwords),
    Scene(name="#20 50 parallel sign-ups", play=fifty_sign_ups),
    Scene(name="#21 fields that nobody asked for", play=unasked_fields),
    Scene(name="#25 a deactivated person asks for me", play=me_without_a_row),
    Scene(name="#26 #27 forged access tokens", play=forged_tokens),
    Scene(name="#28 random key ids of a provider", play=random_key_ids),
    Scene(name="#29 tokens after their end", play=tokens_after_their_end),
    Scene(name="#30 foreign addresses from a provider", play=foreign_addresses),
    Scene(name="#31 codes twice and at once", play=codes_twice_and_at_once),
]
