"""The scenes of files: files and uploads are nobody's but the owner's, unless of a scope."""

from apps.accounts.models import User
from apps.files.types import Transport
from apps.kernel.ids import new_id
from tests.apps.files.stored import stored_file
from tests.cast.scenes import Identifiers, Scene
from tests.factories.files import UploadFactory


def _upload(owner: User, _: User) -> Identifiers:
    return {"id": UploadFactory.create(owner=owner).public_id}


def _file(owner: User, _: User) -> Identifiers:
    # Of bytes of its own: a route may have several methods, each with a scene.
    return {"id": stored_file(b"%PDF-1.7 " + new_id().bytes, owner=owner).public_id}


def _direct_upload(owner: User, _: User) -> Identifiers:
    upload = UploadFactory.create(owner=owner, transport=Transport.DIRECT)
    return {"id": upload.public_id}


SCENES = {
    "/uploads/<id>/": Scene(set_up=_upload),
    "<id>/": Scene(set_up=_file),
    "<id>/url/": Scene(set_up=_file),
    "<id>/content": Scene(set_up=_file),
    "/uploads/<id>/complete/": Scene(set_up=_direct_upload),
}
