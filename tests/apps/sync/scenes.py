"""The scenes of sync: a conflict is for who made the edit, whoever else sees the row."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.buildings import BuildingFactory, MemberFactory, RequestFactory
from tests.factories.sync import ConflictFactory


def _conflict(owner: User, teammate: User) -> Identifiers:
    building = BuildingFactory.create(owner__user=owner)
    MemberFactory.create(building=building, user=teammate)
    request = RequestFactory.create(building=building, author=owner)
    conflict = ConflictFactory.create(user=owner, record_id=request.sync_id)
    return {"id": conflict.public_id}


SCENES = {
    "conflicts/<id>/": Scene(set_up=_conflict),
    "conflicts/<id>/resolve/": Scene(set_up=_conflict),
}
