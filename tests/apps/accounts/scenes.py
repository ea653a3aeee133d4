"""The scenes of identity: a device and a session are nobody's but the owner's."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.accounts import DeviceFactory, SessionFactory


def _device(owner: User, _: User) -> Identifiers:
    return {"id": DeviceFactory.create(user=owner).public_id}


def _session(owner: User, _: User) -> Identifiers:
    return {"id": SessionFactory.create(user=owner).public_id}


SCENES = {
    "devices/<id>/": Scene(set_up=_device),
    "sessions/<id>/": Scene(set_up=_session),
}
