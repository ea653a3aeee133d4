"""Pushed operations in the admin: what devices did, and what they were answered."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.sync.admin.pages import SyncPage
from apps.sync.models import PushedOperation


@admin.register(PushedOperation)
class OperationAdmin(SyncPage):
    """Operations, newest first."""

    icon = "upload"
    of_user = "state__user_id"
    beside = ("state__user",)
    list_display = (
        *("created_at", "owner", "state", "operation", "table_name", "record_id", "outcome"),
        *("attempts", "due_at"),
    )
    list_filter = ("outcome", "operation")
    fields = (
        *("public_id", "op_id", "created_at", "owner", "state", "operation", "table_name"),
        *("record_id", "outcome", "attempts", "due_at", "answer", "wanted"),
    )
    readonly_fields = ("owner", "answer", "wanted")

    @admin.display(description="User")
    def owner(self, operation: PushedOperation) -> str:
        """Whose device it was."""
        return str(operation.state.user)

    @admin.display(description="Answer")
    def answer(self, operation: PushedOperation) -> SafeString:
        """What the device was told."""
        return _indented(operation.result)

    @admin.display(description="To be tried again")
    def wanted(self, operation: PushedOperation) -> SafeString:
        """What is tried again."""
        return _indented(operation.change)


def _indented(value: Any) -> SafeString:
    if value is None:
        return SafeString("-")
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return format_html('<pre class="sync-text">{}</pre>', text)
