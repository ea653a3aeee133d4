"""The table of answers that are kept for requests with an idempotency key."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class IdempotentAnswer(Record):
    """What a request was answered, so that repeating it is answered alike and does nothing."""

    # Empty for a stranger.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Of whose key it is, and of the key; and of the request it was sent with. SHA-256.
    key_hash = models.CharField(max_length=64, unique=True)
    request_hash = models.CharField(max_length=64)
    # Status, headers and body (see `kept_answers`), encrypted: they may hold tokens and secrets.
    sealed = models.BinaryField()

    personal_data: ClassVar = PersonalData(
        subject="user",
        # What they say is shown where it belongs; here it is gone after a day anyway.
        personal={"user": "erase", "sealed": "erase"},
        impersonal=("key_hash", "request_hash"),
    )

    class Meta:
        db_table = "api_idempotent_answer"
        indexes = [models.Index(fields=["created_at"], name="api_idempotent_answer_age")]

    @override
    def __str__(self) -> str:
        return f"answer {self.public_id}"
