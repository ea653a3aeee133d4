"""Passkeys over real routes, by a software authenticator."""

import pytest
from django.conf import settings

from apps.accounts.models import User
from tests.apps.accounts.passkeys import ORIGIN, Passkey
from tests.apps.accounts.phones import FLOWS, Phone, shown

pytestmark = pytest.mark.django_db

KEYS = f"{FLOWS}/account/authenticators/webauthn"
LOGIN = f"{FLOWS}/auth/webauthn/login"


def added_to(user: User, *, origin: str = ORIGIN) -> Passkey:
    phone, passkey = Phone(), Passkey(origin=origin)
    phone.sign_in(user.email)
    phone.show_password_again()
    options = shown(phone.get(f"{KEYS}?passwordless"))["data"]["creation_options"]
    answer = phone.post(KEYS, name="Phone", credential=passkey.register(options))
    assert answer.status_code == (200 if origin == ORIGIN else 400), answer.content
    return passkey


def test_person_signs_in_by_passkey_alone(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()

    options = shown(phone.get(LOGIN))["data"]["request_options"]
    answer = phone.post(LOGIN, credential=passkey.sign(options))

    assert answer.status_code == 200, answer.content
    assert phone.is_signed_in
    assert shown(answer)["data"]["user"]["id"] == str(owner.public_id)


def test_passkey_belongs_to_the_host_of_the_base_url(owner: User) -> None:
    added_to(owner, origin="https://evil.example.com")

    assert Phone().sign_in(owner.email).status_code == 200


def test_signature_is_worth_nothing_a_second_time(owner: User) -> None:
    passkey, phone, other = added_to(owner), Phone(), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]
    credential = passkey.sign(options)
    phone.post(LOGIN, credential=credential)
    other.get(LOGIN)

    assert other.post(LOGIN, credential=credential).status_code == 400
    assert not other.is_signed_in


def test_passkey_of_somebody_else_does_not_open_the_account(owner: User, stranger: User) -> None:
    passkey, phone = added_to(owner), Phone()
    theirs = added_to(stranger)
    theirs._user_handle = passkey._user_handle
    options = shown(phone.get(LOGIN))["data"]["request_options"]

    assert phone.post(LOGIN, credential=theirs.sign(options)).status_code == 400
    assert not phone.is_signed_in


def test_passkey_alone_needs_the_person_verified(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]

    assert phone.post(LOGIN, credential=passkey.sign(options, verified=False)).status_code == 400


def test_passkey_is_the_second_factor_beside_a_password(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()

    asked = phone.sign_in(owner.email)
    options = shown(phone.get(f"{FLOWS}/auth/webauthn/authenticate"))["data"]["request_options"]
    answer = phone.post(f"{FLOWS}/auth/webauthn/authenticate", credential=passkey.sign(options))

    assert (asked.status_code, answer.status_code) == (401, 200)
    assert phone.is_signed_in


@pytest.mark.parametrize("credential", [None, {}, "x", [], {"id": "a", "rawId": "a"}, 7])
def test_what_is_no_credential_is_refused(credential: object) -> None:
    phone = Phone()
    phone.get(LOGIN)

    assert phone.send("POST", LOGIN, {"credential": credential}).status_code == 400


def test_signature_for_another_site_opens_nothing(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    passkey._origin = "https://evil.example.com"
    options = shown(phone.get(LOGIN))["data"]["request_options"]

    assert phone.post(LOGIN, credential=passkey.sign(options)).status_code == 400
    assert not phone.is_signed_in


def test_signature_for_another_host_opens_nothing(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]
    options["publicKey"]["rpId"] = "evil.example.com"

    assert phone.post(LOGIN, credential=passkey.sign(options)).status_code == 400


def test_signature_for_the_challenge_of_another_phone_opens_nothing(owner: User) -> None:
    passkey, phone, other = added_to(owner), Phone(), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]
    other.get(LOGIN)

    assert other.post(LOGIN, credential=passkey.sign(options)).status_code == 400
    assert not other.is_signed_in


def test_challenge_is_good_once(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]
    phone.post(LOGIN, credential=passkey.sign(options))
    again = Phone()
    again.session_token = phone.session_token

    assert again.post(LOGIN, credential=passkey.sign(options)).status_code in {400, 409}


def test_signature_without_a_challenge_opens_nothing(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    made_up = {"publicKey": {"challenge": "AAAA", "rpId": settings.BASE_URL.split("//")[1]}}

    assert phone.post(LOGIN, credential=passkey.sign(made_up)).status_code == 400


def test_changed_signature_opens_nothing(owner: User) -> None:
    passkey, phone = added_to(owner), Phone()
    options = shown(phone.get(LOGIN))["data"]["request_options"]
    credential = passkey.sign(options)
    response = {**credential["response"], "signature": "MEUCIQ" + "A" * 60}

    answer = phone.post(LOGIN, credential={**credential, "response": response})

    assert answer.status_code == 400
    assert not phone.is_signed_in
