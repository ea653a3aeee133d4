"""The scenes of notifications: what is a person's is nobody else's, and operators send."""

from django.contrib.auth.models import Permission

from apps.accounts.models import User
from apps.notifications.models import TopicSubscription
from apps.notifications.types import NotificationState
from tests.cast.scenes import SEES, Identifiers, Scene
from tests.factories.notifications import (
    DeliveryFactory,
    InboxItemFactory,
    NotificationFactory,
    RegistrationFactory,
)


def _device(owner: User, _: User) -> Identifiers:
    return {"id": RegistrationFactory.create(user=owner).public_id}


def _item(owner: User, _: User) -> Identifiers:
    return {"id": InboxItemFactory.create(user=owner).public_id}


def _delivery(owner: User, _: User) -> Identifiers:
    device = RegistrationFactory.create(user=owner)
    return {"id": DeliveryFactory.create(registration=device).public_id}


def _topic(owner: User, _: User) -> Identifiers:
    return {"id": TopicSubscription.objects.create(user=owner, topic="lift-news").public_id}


def _notification(owner: User, _: User) -> Identifiers:
    let_send(owner)
    return {"id": NotificationFactory.create(state=NotificationState.SCHEDULED).public_id}


def let_send(user: User) -> None:
    """Make somebody an operator who may send, and nothing else."""
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="send_notification"))


SCENES = {
    "<id>/": Scene(set_up=_notification, staff=SEES),
    "<id>/cancel/": Scene(set_up=_notification, staff=SEES),
    "<id>/explain/": Scene(set_up=_notification, staff=frozenset({400})),
    "topics/<id>/": Scene(set_up=_topic),
    "devices/<id>/": Scene(set_up=_device),
    "deliveries/<id>/delivered/": Scene(set_up=_delivery),
    "deliveries/<id>/opened/": Scene(set_up=_delivery),
    "inbox/<id>/": Scene(set_up=_item),
    "inbox/<id>/read/": Scene(set_up=_item),
    "inbox/<id>/unread/": Scene(set_up=_item),
    "inbox/<id>/archive/": Scene(set_up=_item),
}
