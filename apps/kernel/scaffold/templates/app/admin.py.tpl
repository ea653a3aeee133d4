"""The operator's view of ${app}."""

from django.contrib import admin

from apps.${app}.models import ${Resource}
from apps.kernel.admin import ReadOnlyAdmin


@admin.register(${Resource})
class ${Resource}Admin(ReadOnlyAdmin):
    """${Words_plural} of all owners."""

    list_display = ("name", "owner", "public_id", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "=public_id", "owner__email")
