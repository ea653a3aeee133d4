"""Hashing passwords: bounded in memory, and refused where it would be too much."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from pytest_django import Settings

from apps.accounts.errors import PasswordTooLong, SignInBusy
from tests.apps.accounts.hashing import all_hashing_places_taken


def test_password_is_hashed_by_argon2id_and_found_again() -> None:
    encoded = make_password("correct horse")

    assert encoded.startswith("argon2$argon2id$")
    assert check_password("correct horse", encoded)
    assert not check_password("wrong horse", encoded)


def test_hash_beyond_the_places_is_refused(settings: Settings) -> None:
    encoded = make_password("correct horse")

    with all_hashing_places_taken(settings):
        with pytest.raises(SignInBusy) as hashing:
            make_password("correct horse")
        with pytest.raises(SignInBusy):
            check_password("correct horse", encoded)

    assert hashing.value.headers == {"Retry-After": "1"}
    assert check_password("correct horse", encoded)


def test_no_more_hashes_run_at_once_than_there_are_places(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, lock = 0, 0, threading.Lock()
    all_in = threading.Event()

    def slow_encode(self: object, password: str, salt: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == settings.ACCOUNTS_CONCURRENT_HASHES:
                all_in.set()
        all_in.wait(30)
        with lock:
            running -= 1
        return "argon2$x"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow_encode)
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 30

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(make_password, ["correct horse"] * 20))

    assert most == settings.ACCOUNTS_CONCURRENT_HASHES


def test_place_is_given_back_when_hashing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, password: str, salt: str) -> str:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "encode", broken)
        for _ in range(10):
            with pytest.raises(MemoryError):
                make_password("correct horse")

    assert make_password("correct horse")


def test_password_above_the_limit_is_never_hashed() -> None:
    encoded = make_password("a" * 1024)

    assert check_password("a" * 1024, encoded)
    assert not check_password("a" * 1025, encoded)
    with pytest.raises(PasswordTooLong):
        make_password("a" * 1025)
