"""The operator's view of the keys; their material is never shown."""

from django.contrib import admin

from apps.kernel.admin import ReadOnlyAdmin
from apps.keyring.models import Key


@admin.register(Key)
class KeyAdmin(ReadOnlyAdmin):
    """Keys and where each one is in its life."""

    icon = "key"
    list_display = ("kid", "purpose", "algorithm", "state", "activated_at", "retiring_at")
    list_filter = ("purpose", "state")
    search_fields = ("=kid",)
    ordering = ("purpose", "-id")
    exclude = ("material",)
