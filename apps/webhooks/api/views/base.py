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

    @property
    def owner_id(self) -> int:
        """The internal id of the one who asks."""
        user_id = self.request.user.pk
        assert user_id is not None, "The permissions admit nobody who is not signed in."
        return user_id

    def reread(self, row_id: UUID) -> Row:
        """Return a row that was just written."""
        return self.get_queryset().get(**{self.lookup_field: row_id})
