"""What others plug into the API words: who encrypts kept answers, and who counts replays."""

from typing import Protocol

from django.dispatch import Signal

from apps.kernel.registry import Registry


class AnswerCipher(Protocol):
    """Encrypts the answers kept for repeated requests: they may hold tokens and secrets."""

    @property
    def name(self) -> str:
        """What encrypts them."""

    def seal(self, answer: bytes, *, place: bytes) -> bytes:
        """Encrypt an answer for one place; it opens in no other."""

    def unseal(self, sealed: bytes, *, place: bytes) -> bytes:
        """Decrypt what `seal` made; raises an AppError where that cannot be."""


# Exactly one is plugged in.
answer_ciphers: Registry[AnswerCipher] = Registry("answer cipher")

# Sent when a request is answered from what was kept.
answer_replayed = Signal()
