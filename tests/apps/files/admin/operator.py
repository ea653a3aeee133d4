"""An operator who acts on rows of the pages of files."""

from typing import Any

from django.test import Client
from django.urls import reverse


def act(client: Client, page: str, action: str, row: Any) -> str:
    answer = client.post(
        reverse(f"admin:files_{page}_changelist"),
        {"action": action, "_selected_action": [row.pk], "confirmed": "yes"},
        follow=True,
    )
    return answer.content.decode()
