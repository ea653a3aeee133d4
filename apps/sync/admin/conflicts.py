"""Conflicts in the admin: both versions beside each other, and deciding between them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.sync.admin.pages import SyncPage
from apps.sync.models import SyncConflict


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One field of both versions."""

    field: str
    mine: str
    theirs: str
    has_met: bool


@admin.register(SyncConflict)
class ConflictAdmin(SyncPage):
    """Conflicts, newest first."""

    icon = "difference"
    beside = ("user", "state")
    list_display = ("created_at", "table", "record_id", "user", "kind", "settled", "resolution")
    list_filter = ("settled", "kind")
    fields = (
        *("public_id", "created_at", "user", "state", "table", "record_id", "scope", "kind"),
        *("settled", "versions", "base_revision", "server_revision"),
        *("resolution", "resolved_by", "resolved_at"),
    )
    readonly_fields = ("versions",)

    @admin.display(description="Versions")
    def versions(self, conflict: SyncConflict) -> SafeString:
        """Both versions, field by field; those that met first."""
        lines = sorted(_lines(conflict), key=lambda line: (not line.has_met, line.field))
        context = {"lines": lines, "is_deleted": conflict.theirs is None}
        return render_to_string("sync/versions.html", context)


def _lines(conflict: SyncConflict) -> Iterator[_Line]:
    theirs: Mapping[str, Any] = conflict.theirs or {}
    for field in {*conflict.mine, *theirs}:
        yield _Line(
            field=field,
            mine=_shown(conflict.mine, field),
            theirs=_shown(theirs, field),
            has_met=field in conflict.fields,
        )


def _shown(values: Mapping[str, Any], field: str) -> str:
    if field not in values:
        return "-"
    value = values[field]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
