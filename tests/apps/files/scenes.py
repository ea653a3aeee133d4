"""The scenes of files: an upload is nobody's but the owner's."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.files import UploadFactory


def _upload(owner: User, _: User) -> Identifiers:
    return {"id": UploadFactory.create(owner=owner).public_id}


SCENES = {
    "/uploads/<id>/": Scene(set_up=_upload),
}
