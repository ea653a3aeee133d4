"""What the viewsets of webhooks have in common."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from apps.api.permissions import SignedIn
from apps.api.views import ResourceViewSet

Row = TypeVar("Row", bound=Model)


class OfOwner(ResourceViewSet[Row]):
    """A viewset of rows of the one who asks; whatever belongs to others is not there."""

    permission_classes = (SignedIn,)
    lookup_value_converter = "uuid"

    def reread(self, row_id: UUID) -> Row:
        """Return a row that was just written."""
        return self.get_queryset().get(**{self.lookup_field: row_id})
