"""Takes all places for hashing passwords, as a flood of sign-ins would."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pytest_django import Settings

from apps.accounts import passwords


@contextmanager
def all_hashing_places_taken(settings: Settings) -> Iterator[None]:
    """Let nobody hash a password within the block, and nobody wait long for it."""
    settings.ACCOUNTS_HASH_WAIT_SECONDS = 0.01
    with ExitStack() as places:
        for _ in range(settings.ACCOUNTS_CONCURRENT_HASHES):
            places.enter_context(passwords._places)
        yield
