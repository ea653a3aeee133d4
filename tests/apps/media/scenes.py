"""The scenes of the image service: pictures of a file are for those who may read the file."""

from apps.accounts.models import User
from tests.cast.scenes import Identifiers, Scene
from tests.factories.files import BlobFactory, FileFactory


def _picture(owner: User, _: User) -> Identifiers:
    blob = BlobFactory.create(content_type="image/jpeg")
    return {"file_id": FileFactory.create(owner=owner, blob=blob).public_id}


SCENES = {"files/<file_id>/urls/": Scene(set_up=_picture)}
