"""A POST that is repeated with its Idempotency-Key is carried out once."""

from typing import Any

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api.models import IdempotentAnswer
from apps.keyring.models import Key
from apps.keyring.ring import ring
from apps.keyring.services import revoke_key
from apps.keyring.types import Purpose, State
from tests.apps.api.sample import Problem
from tests.log_lines import LogLines
from tests.people import client_of

PEOPLE = "/api/v1/sample/people/"
GUESTS = "/api/v1/accounts/guests/"


def post(
    client: APIClient, path: str = PEOPLE, *, name: str = "Ada", key: str = "k1", **options: Any
) -> Any:
    return client.post(path, {"name": name}, headers={"Idempotency-Key": key}, **options)


def test_repeated_write_is_answered_alike_and_does_nothing(signed_in: APIClient) -> None:
    first = post(signed_in)

    again = post(signed_in)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    for name in ("Content-Type", "Cache-Control", "Allow", "Vary"):
        assert again.get(name) == first.get(name)
    assert again["X-Request-ID"] != first["X-Request-ID"]
    assert User.objects.filter(name="Ada").count() == 1


def test_another_key_is_another_write(signed_in: APIClient) -> None:
    first = post(signed_in)

    another = post(signed_in, name="Eve", key="k2")

    assert (first.status_code, another.status_code) == (201, 201)
    assert first.json() != another.json()


def test_body_may_be_written_anew(signed_in: APIClient) -> None:
    bodies = ('{"name":"Ada","size":7}', '{ "size": 7, "name": "\\u0041da" }')

    first, again = (
        signed_in.generic(
            "POST", PEOPLE, body, "application/json", headers={"Idempotency-Key": "k"}
        )
        for body in bodies
    )

    assert again.content == first.content
    assert "Idempotency-Replayed" in again


def test_key_may_stand_in_quotes(signed_in: APIClient) -> None:
    post(signed_in, key="k1")

    assert "Idempotency-Replayed" in post(signed_in, key='"k1"')


def test_key_of_another_body_is_refused(signed_in: APIClient, problem: Problem) -> None:
    post(signed_in)

    refused = post(signed_in, name="Eve")

    problem(refused, status=422, code="api.idempotency_key_reused")
    assert not User.objects.filter(name="Eve").exists()


def test_key_of_another_path_is_refused(
    signed_in: APIClient, owner: User, problem: Problem
) -> None:
    post(signed_in)

    refused = post(signed_in, f"{PEOPLE}{owner.public_id}/rename/")

    problem(refused, status=422, code="api.idempotency_key_reused")


def test_key_of_another_query_is_refused(signed_in: APIClient, problem: Problem) -> None:
    post(signed_in, "/api/v1/sample/echo/?a=1")

    refused = post(signed_in, "/api/v1/sample/echo/?a=2")

    problem(refused, status=422, code="api.idempotency_key_reused")


def test_key_of_another_user_is_another_key(owner: User, stranger: User) -> None:
    mine = post(client_of(owner), "/api/v1/buildings/")

    theirs = post(client_of(stranger), "/api/v1/buildings/")

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json() != theirs.json()


def test_stranger_in_the_same_network_gets_the_kept_answer(db: None) -> None:
    first, again, elsewhere = (
        APIClient().post(GUESTS, {}, headers={"Idempotency-Key": "k1"}, REMOTE_ADDR=address)
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8:1::1")
    )

    assert (first.status_code, elsewhere.status_code) == (201, 201)
    assert again.json() == first.json()
    assert elsewhere.json() != first.json()


@pytest.mark.parametrize("key", ["", " ", "\t", '""', "é", "a\x00b", "a\x7f", "k" * 256])
def test_malformed_key_is_refused(signed_in: APIClient, problem: Problem, key: str) -> None:
    refused = post(signed_in, key=key)

    problem(refused, status=400, code="api.malformed_idempotency_key")
    assert not User.objects.filter(name="Ada").exists()


def test_longest_key_is_taken(signed_in: APIClient) -> None:
    assert post(signed_in, key="k" * 255).status_code == 201


def test_refused_write_may_be_tried_again(signed_in: APIClient, problem: Problem) -> None:
    problem(post(signed_in, name="x" * 21), status=400, code="kernel.invalid")

    assert post(signed_in, name="Ada").status_code == 201


def test_failed_write_leaves_nothing_and_may_be_tried_again(
    signed_in: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("apps.api.kept_answers.keep", lambda *_, **__: 1 / 0)
        failed = post(signed_in)
    assert not User.objects.filter(name="Ada").exists()

    again = post(signed_in)

    assert (failed.status_code, again.status_code) == (500, 201)
    assert "Idempotency-Replayed" not in again


def test_refusal_that_is_only_returned_is_not_kept(signed_in: APIClient) -> None:
    path = "/api/v1/sample/refusing/"

    assert [post(signed_in, path).status_code for _ in range(2)] == [409, 409]
    assert not User.objects.filter(name="Ada").exists()
    assert not IdempotentAnswer.objects.exists()


def test_secret_in_a_kept_answer_comes_back(owner: User, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    body = {"url": "http://127.0.0.1:9/hook"}
    first, again = (
        client_of(owner).post(
            "/api/v1/webhooks/endpoints/", body, headers={"Idempotency-Key": "k1"}
        )
        for _ in range(2)
    )

    assert first.status_code == 201
    assert again.json()["secret"] == first.json()["secret"]
    assert again["Cache-Control"] == "no-store"
    assert b"whsec_" not in bytes(IdempotentAnswer.objects.get().sealed)


def test_write_whose_answer_cannot_be_read_any_more_is_not_repeated(
    signed_in: APIClient, problem: Problem
) -> None:
    post(signed_in)
    key = Key.objects.get(purpose=Purpose.IDEMPOTENT_ANSWER, state=State.ACTIVE)
    revoke_key(kid=key.kid, is_forced=True)
    ring.forget()

    problem(post(signed_in), status=500, code="keyring.ciphertext_refused")

    assert User.objects.filter(name="Ada").count() == 1


def test_permissions_come_before_what_is_kept(signed_in: APIClient, problem: Problem) -> None:
    post(signed_in)

    refused = post(APIClient())

    problem(refused, status=401, code="api.unauthenticated")


def test_other_methods_have_no_use_for_the_key(signed_in: APIClient, owner: User) -> None:
    path = f"{PEOPLE}{owner.public_id}/"

    answers = [
        signed_in.patch(path, {"name": name}, headers={"Idempotency-Key": key})
        for name, key in (("Ada", "k1"), ("Eve", "k1"), ("Eve", ""))
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not IdempotentAnswer.objects.exists()


def test_key_opens_no_address_that_takes_no_post(signed_in: APIClient, problem: Problem) -> None:
    problem(post(signed_in, "/api/v1/errors/"), status=405, code="api.method_not_allowed")


def test_write_without_a_key_asks_for_no_statement_more(
    signed_in: APIClient, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(0):
        signed_in.post("/api/v1/sample/echo/", {"a": 1})


def test_replays_are_counted(signed_in: APIClient) -> None:
    post(signed_in)
    before = REGISTRY.get_sample_value("mainstay_answers_replayed_total") or 0

    post(signed_in)

    assert REGISTRY.get_sample_value("mainstay_answers_replayed_total") == before + 1


def test_replay_is_logged_by_ids_only(signed_in: APIClient, log_lines: LogLines) -> None:
    post(signed_in, name="Ada", key="secret-key")
    post(signed_in, name="Ada", key="secret-key")

    lines = log_lines.read()
    [line] = [line for line in lines if line["event"] == "idempotency.replayed"]
    assert line["answer_id"] == str(IdempotentAnswer.objects.get().public_id)
    assert "secret-key" not in str(lines)
