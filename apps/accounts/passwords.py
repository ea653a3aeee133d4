"""Passwords: Argon2id with a bounded number of hashes at once, and a bound on their length."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from typing_extensions import override

from apps.accounts.errors import PasswordTooLong, SignInBusy
from apps.accounts.password_policy import MAX_LENGTH

T = TypeVar("T")

_places = threading.BoundedSemaphore(settings.ACCOUNTS_CONCURRENT_HASHES)


class BoundedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB, t=2, p=1 (OWASP), never more than a few at once per process.

    Django's default takes 100 MiB a hash: thirty people signing in at once would take 3 GB.
    Both methods raise SignInBusy where no place gets free in time, and refuse to hash more than
    MAX_LENGTH characters.
    """

    time_cost = settings.ACCOUNTS_ARGON2_TIME_COST
    memory_cost = settings.ACCOUNTS_ARGON2_MEMORY_KIB
    parallelism = 1

    @override
    def encode(self, password: str, salt: str) -> str:
        if len(password) > MAX_LENGTH:
            raise PasswordTooLong(f"A password may have {MAX_LENGTH} characters.")
        return _with_a_place(lambda: super(BoundedArgon2Hasher, self).encode(password, salt))

    @override
    def verify(self, password: str, encoded: str) -> bool:
        if len(password) > MAX_LENGTH:
            return False
        return _with_a_place(lambda: super(BoundedArgon2Hasher, self).verify(password, encoded))


def _with_a_place(hash_it: Callable[[], T]) -> T:
    if not _places.acquire(timeout=settings.ACCOUNTS_HASH_WAIT_SECONDS):
        raise SignInBusy("Try again in a second.", headers={"Retry-After": "1"})
    try:
        return hash_it()
    finally:
        _places.release()
