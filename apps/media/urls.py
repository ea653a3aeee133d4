"""Routes of pictures, below no prefix: those of our own and those of the predecessor system."""

from django.urls import re_path

from apps.media.asking import PREFIX
from apps.media.predecessor import PREFIX as PREDECESSOR
from apps.media.views import picture

urlpatterns = [
    re_path(f"^{prefix.removeprefix('/')}", picture, name=name)
    for prefix, name in ((PREFIX, "media-picture"), (PREDECESSOR, "media-predecessor"))
]
