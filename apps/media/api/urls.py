"""Routes of the image service's API, below /api/v1/media/; pictures are below /media/v1/."""

from django.urls import path

from apps.media.api.views import PictureUrlsView

urlpatterns = [
    path("files/<uuid:file_id>/urls/", PictureUrlsView.as_view(), name="media-picture-urls"),
]
