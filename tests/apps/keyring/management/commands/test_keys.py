"""``manage.py keys``."""

import time
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.events.models import LogEntry
from apps.keyring.management.commands import keys
from apps.keyring.models import Key
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key
from apps.keyring.types import Purpose, State
from apps.webhooks.models import EndpointSecret
from tests.factories.webhooks import SecretFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The command, which does not wait until other processes know a key."""
    monkeypatch.setattr(keys, "KNOWN_EVERYWHERE_SECONDS", 0)

    def printed(*words: str) -> str:
        out = StringIO()
        call_command("keys", *words, stdout=out)
        return out.getvalue()

    return printed


def state_of(kid: str) -> str:
    return Key.objects.get(kid=kid).state


def test_keys_are_listed_with_their_state_and_without_material(run: Callable[..., str]) -> None:
    kid = add_key(purpose=Purpose.SIGNED_URL)

    printed = run("list", "--purpose", "signed-url")

    (line,) = [line for line in printed.splitlines() if kid in line]
    assert line.split()[:4] == ["signed-url", kid, "HMAC-SHA256", "next"]
    assert bytes(Key.objects.get(kid=kid).material).decode() not in printed


def test_key_is_led_through_its_whole_life_and_each_step_is_told(run: Callable[..., str]) -> None:
    kid = run("add", "--purpose", "signed-url").split()[0]

    told = [
        (run(step, "--kid", kid, *sure), state_of(kid))
        for step, sure in (("activate", ()), ("retire", ()), ("revoke", ("--yes",)))
    ]

    assert [state for _, state in told] == [State.ACTIVE, State.RETIRING, State.REVOKED]
    assert all(kid in words for words, _ in told)
    assert LogEntry.objects.filter(payload__kid=kid).count() == 4


def test_fresh_key_is_activated_once_every_process_can_know_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    kid = add_key(purpose=Purpose.JWT)

    call_command("keys", "activate", "--kid", kid, stdout=StringIO())

    (pause,) = pauses
    assert 0 < pause <= keys.KNOWN_EVERYWHERE_SECONDS


def test_step_that_cannot_be_taken_is_refused_with_what_to_do(run: Callable[..., str]) -> None:
    kid = add_key(purpose=Purpose.JWT)

    with pytest.raises(CommandError, match=r"is next; this step needs active.*Activate it"):
        run("retire", "--kid", kid)
    with pytest.raises(CommandError, match="keys list"):
        run("activate", "--kid", "nobody")


@pytest.mark.parametrize(("answer", "state"), [("yes", State.NEXT), ("{kid}", State.REVOKED)])
def test_key_is_revoked_only_when_its_id_is_typed(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, answer: str, state: State
) -> None:
    kid = add_key(purpose=Purpose.JWT)
    monkeypatch.setattr("builtins.input", lambda _: answer.format(kid=kid))

    if state is State.NEXT:
        with pytest.raises(CommandError, match="Nothing was changed"):
            run("revoke", "--kid", kid)
    else:
        run("revoke", "--kid", kid)

    assert state_of(kid) == state


def test_key_is_not_revoked_where_nobody_can_answer(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kid = add_key(purpose=Purpose.JWT)
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(CommandError, match="--yes"):
        run("revoke", "--kid", kid)

    assert state_of(kid) == State.NEXT


def test_rows_are_encrypted_anew_with_their_number_told(run: Callable[..., str]) -> None:
    SecretFactory.create()
    activate_key(kid=add_key(purpose=Purpose.WEBHOOK_SECRET))
    ring.forget()

    printed = run("reencrypt", "--purpose", "webhook-secret", "--batch", "1")

    assert "webhooks.endpointsecret.ciphertext: 1 of 1 moved, 0 left" in printed


def test_command_fails_where_rows_are_left(run: Callable[..., str]) -> None:
    row = SecretFactory.create()
    kid = row.ciphertext.partition(".")[0]
    EndpointSecret.objects.update(ciphertext=f"{kid}.AAAA")
    activate_key(kid=add_key(purpose=Purpose.WEBHOOK_SECRET))

    with pytest.raises(CommandError, match="run it again"):
        run("reencrypt")


def test_batch_of_nothing_is_refused(run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run("reencrypt", "--batch", "0")


def test_key_that_rows_need_is_revoked_only_by_force(run: Callable[..., str]) -> None:
    kid = SecretFactory.create().ciphertext.partition(".")[0]

    with pytest.raises(CommandError, match=r"1 rows .* --force"):
        run("revoke", "--kid", kid, "--yes")
    run("revoke", "--kid", kid, "--yes", "--force")

    assert state_of(kid) == State.REVOKED
