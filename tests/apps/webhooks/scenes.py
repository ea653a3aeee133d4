"""The scenes of webhooks: endpoints and deliveries are nobody's but the owner's."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.webhooks import (
    DeliveryFactory,
    EndpointFactory,
    ExaminationFactory,
    RecoveryFactory,
)


def _endpoint(owner: User, _: User) -> Identifiers:
    return {"id": EndpointFactory.create(owner=owner).public_id}


def _delivery(owner: User, _: User) -> Identifiers:
    return {"id": DeliveryFactory.create(endpoint=EndpointFactory.create(owner=owner)).public_id}


def _recovery(owner: User, _: User) -> Identifiers:
    return {"id": RecoveryFactory.create(endpoint=EndpointFactory.create(owner=owner)).public_id}


def _examination(owner: User, _: User) -> Identifiers:
    return {"id": ExaminationFactory.create(endpoint=EndpointFactory.create(owner=owner)).public_id}


SCENES = {
    "endpoints/<id>/": Scene(set_up=_endpoint),
    "endpoints/<id>/enable/": Scene(set_up=_endpoint),
    "endpoints/<id>/disable/": Scene(set_up=_endpoint),
    "endpoints/<id>/secret/": Scene(set_up=_endpoint),
    "endpoints/<id>/rotate-secret/": Scene(set_up=_endpoint),
    "endpoints/<id>/test/": Scene(set_up=_endpoint),
    "deliveries/<id>/": Scene(set_up=_delivery),
    "endpoints/<id>/replay/": Scene(set_up=_endpoint),
    "endpoints/<id>/recover/": Scene(set_up=_endpoint),
    "endpoints/<id>/examinations/": Scene(set_up=_endpoint),
    "deliveries/<id>/resend/": Scene(set_up=_delivery),
    "deliveries/<id>/attempts/": Scene(set_up=_delivery),
    "recoveries/<id>/": Scene(set_up=_recovery),
    "recoveries/<id>/cancel/": Scene(set_up=_recovery),
    "examinations/<id>/": Scene(set_up=_examination),
}
