"""What goes in and comes out of files over HTTP."""

from apps.api.serializers import StrictModelSerializer
from apps.files.api import examples
from apps.files.models import Upload


@examples.upload
class UploadOut(StrictModelSerializer):
    """An upload and how much of it is here; complete, it is the file of the same id."""

    class Meta:
        model = Upload
        fields = (
            "id",
            "transport",
            "purpose",
            "name",
            "scope",
            "state",
            "offset_bytes",
            "length_bytes",
            "expires_at",
            "created_at",
        )
