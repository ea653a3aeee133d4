"""Routes of uploads, below /api/v1/uploads/."""

from typing import Any

from django.urls import path

from apps.files.api.views.direct import BytesView
from apps.files.api.views.uploads import UploadsViewSet, UploadViewSet

_ALL: dict[str, Any] = {"get": "list", "post": "create", "options": "metadata"}
_ONE: dict[str, Any] = {
    "get": "retrieve",
    "head": "stand",
    "patch": "append",
    "delete": "terminate",
    "options": "describe",
}

urlpatterns = [
    path("", UploadsViewSet.as_view(_ALL, basename="upload", detail=False)),
    path(
        "direct/",
        UploadsViewSet.as_view(
            {"post": "direct", "options": "describe"}, basename="upload", detail=False
        ),
    ),
    path("bytes/", BytesView.as_view(), name="upload-bytes"),
    path(
        "<uuid:id>/complete/",
        UploadViewSet.as_view(
            {"post": "complete", "options": "describe"}, basename="upload", detail=True
        ),
    ),
    path("<uuid:id>/", UploadViewSet.as_view(_ONE, basename="upload", detail=True)),
]
