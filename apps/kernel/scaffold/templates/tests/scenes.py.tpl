"""The scenes of ${app}: what is the owner's is nobody else's."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.${app} import ${Resource}Factory


def _${resource}(owner: User, _: User) -> Identifiers:
    return {"id": ${Resource}Factory.create(owner=owner).public_id}


SCENES = {"<id>/": Scene(set_up=_${resource})}
