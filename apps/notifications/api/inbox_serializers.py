"""How the inbox looks from outside."""

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.notifications.api import inbox_examples as examples
from apps.notifications.models import InboxItem

MAX_ITEMS_AT_ONCE = 100


@examples.item
class InboxItemOut(StrictModelSerializer):
    """Something the person was told, in the language they were told it in."""

    data = serializers.DictField(  # type: ignore[assignment]  # fields are no attributes
        child=serializers.CharField(), help_text="For the app itself."
    )

    class Meta:
        model = InboxItem
        fields = (
            "id",
            "category",
            "title",
            "body",
            "url",
            "data",
            "language",
            "seen_at",
            "read_at",
            "archived_at",
            "created_at",
        )
        read_only_fields = fields


@examples.items
class ItemsIn(StrictSerializer):
    """Which items are meant; without ids all that lie in the inbox."""

    ids = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MAX_ITEMS_AT_ONCE,
        required=False,
        default=None,
        help_text="Without them all items. Ids of items that are not yours are passed over.",
    )


@examples.counts
class InboxCountsOut(StrictSerializer):
    """What waits in the inbox."""

    unread = serializers.IntegerField()
    unseen = serializers.IntegerField()
