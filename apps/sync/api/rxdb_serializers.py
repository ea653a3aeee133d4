"""How RxDB's replication looks from outside."""

from rest_framework import serializers

from apps.api.serializers import StrictSerializer
from apps.sync.api import examples
from apps.sync.api.reading import MOST_ROWS
from apps.sync.api.serializers import Told, checkpoint_field
from apps.sync.types import Strategy


class RxdbPullQuery(Told):
    """What a pull handler of RxDB asks with."""

    checkpoint = checkpoint_field(
        required=False, default=None, help_text="The `number` of the last checkpoint."
    )
    batch_size = serializers.IntegerField(
        min_value=1, max_value=MOST_ROWS, required=False, default=100
    )


class CheckpointOut(StrictSerializer):
    """RxDB's checkpoint object."""

    number = serializers.IntegerField()


@examples.rxdb_page
class RxdbPageOut(StrictSerializer):
    """What a pull handler of RxDB returns."""

    documents = serializers.ListField(
        child=serializers.DictField(), help_text="With `_deleted`; of one that is gone only the id."
    )
    checkpoint = CheckpointOut()
    has_more = serializers.BooleanField(help_text="Ask again at once, also after a short batch.")
    strategy = serializers.ChoiceField(
        choices=Strategy.choices,
        help_text="`replacement`: what none of the pages holds is no longer yours.",
    )
    is_first = serializers.BooleanField(help_text="Of a full set: pages before it do not count.")


class RxdbRowIn(StrictSerializer):
    """A document as the client wants it, and as it thinks the server has it."""

    newDocumentState = serializers.DictField()  # noqa: N815  RxDB's name
    assumedMasterState = serializers.DictField(required=False, allow_null=True)  # noqa: N815  as above
