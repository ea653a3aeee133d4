"""What the viewsets of notifications have in common."""

from typing import TypeVar

from django.db.models import Model

from apps.api.permissions import SignedIn
from apps.api.views import ResourceViewSet

Row = TypeVar("Row", bound=Model)


class OfPerson(ResourceViewSet[Row]):
    """A viewset of rows of the one who asks; whatever belongs to others is not there."""

    permission_classes = (SignedIn,)
