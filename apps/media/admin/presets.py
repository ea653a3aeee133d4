"""Presets: sizes and looks by name, each with a picture of what it makes."""

from importlib.resources import files
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from typing_extensions import override

from apps.imaging import services as imaging
from apps.imaging.types import Format
from apps.kernel.errors import AppError
from apps.media import services
from apps.media.admin.saving import SavedByService
from apps.media.models import Preset
from apps.media.parameters import read_parameters, written_parameters

_SHOWN = ("width", "height", "fit", "position", "trim", "quality", "format")


@admin.register(Preset)
class PresetAdmin(SavedByService):
    """Presets; what one makes of a sample is seen while it is written."""

    save_row = staticmethod(services.save_preset)
    delete_row = staticmethod(services.delete_preset)
    icon = "photo_size_select_large"
    list_display = ("name", "title", *_SHOWN[:4], "quality", "format")
    search_fields = ("name", "title")
    fields = (("name", "title"), _SHOWN[:2], _SHOWN[2:4], ("background", "trim"))
    readonly_fields = ("preview",)

    class Media:
        js = ("media/preset.js",)

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fields, ("quality", "format", "may_enlarge"), "preview")

    @override
    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(never_cache(require_safe(self.preview_view)))
        return [path("preview/", preview, name="media_preset_preview"), *super().get_urls()]

    @admin.display(description="Preview")
    def preview(self, preset: Preset) -> SafeString:
        """Return the sample as the preset shows it; `preset.js` follows what is written."""
        texts = written_parameters(preset.named().parameters)
        query = "&".join(f"{name}={text}" for name, text in texts.items())
        url = reverse("admin:media_preset_preview")
        return format_html(
            '<img id="preset-preview" data-url="{}" src="{}?{}" alt="The sample by this preset"'
            ' style="max-width: 100%">',
            *(url, url, query),
        )

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show the sample by parameters that need not be saved."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            parameters = read_parameters(request.GET.dict())
            wanted = parameters.wanted(parameters.format or Format.WEBP)
            made = imaging.render(_sample(), [wanted])[0]
        except AppError as error:
            return JsonResponse({"detail": error.detail}, status=error.status)
        return HttpResponse(made.content, content_type=made.content_type)


def _sample() -> bytes:
    return files("apps.media").joinpath("static", "media", "sample.jpg").read_bytes()
