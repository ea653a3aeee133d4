"""Topics: what people subscribe to, to be sent whatever is sent there."""

from uuid import UUID

from django.db import transaction

from apps.accounts.selectors import users_by_ids
from apps.events.services import announce
from apps.kernel.errors import NotFound
from apps.notifications.errors import TooManyTopics
from apps.notifications.events import TopicLeft, TopicSubscribed
from apps.notifications.models import TopicSubscription
from apps.notifications.services.inbox import hold_inboxes
from apps.notifications.services.targets import valid_topic

MOST_TOPICS = 200


@transaction.atomic
def subscribe_to_topic(*, user_id: int, topic: str) -> UUID:
    """Subscribe a person, once, and return the subscription's id.

    Raises Invalid for what is no topic's name, and TooManyTopics. Announces TopicSubscribed on a
    change.
    """
    valid_topic(topic)
    hold_inboxes([user_id])
    subscribed = TopicSubscription.objects.filter(user_id=user_id)
    if (former := subscribed.filter(topic=topic).first()) is not None:
        return former.public_id
    if subscribed.count() >= MOST_TOPICS:
        raise TooManyTopics(f"At most {MOST_TOPICS} topics; leave one of them first.")
    made = TopicSubscription.objects.create(user_id=user_id, topic=topic)
    _announce(TopicSubscribed, made)
    return made.public_id


@transaction.atomic
def leave_topic(*, user_id: int, subscription_id: UUID) -> None:
    """End a subscription of this person's. Raises NotFound. Announces TopicLeft."""
    own = TopicSubscription.objects.filter(user_id=user_id, public_id=subscription_id)
    subscription = own.select_for_update().first()
    if subscription is None:
        raise NotFound
    _announce(TopicLeft, subscription)
    subscription.delete()


def _announce(event: type[TopicSubscribed | TopicLeft], subscription: TopicSubscription) -> None:
    person = users_by_ids([subscription.user_id])[subscription.user_id]
    announce(
        event(
            audience=(f"user:{person.public_id}",),
            user_id=person.public_id,
            subscription_id=subscription.public_id,
            name=subscription.topic,
        )
    )
