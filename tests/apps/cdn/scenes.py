"""The scenes of the CDN: operators purge it, and for others no purge is there."""

from django.contrib.auth.models import Permission

from apps.accounts.models import User
from apps.cdn.models import Purge
from apps.cdn.types import Target
from tests.cast.scenes import SEES, Identifiers, Scene


def _purge(owner: User, _: User) -> Identifiers:
    let_purge(owner)
    return {"id": Purge.objects.create(target=Target.TAGS, subjects=["file-1"]).public_id}


def let_purge(user: User) -> None:
    """Make somebody an operator who may purge, and nothing else."""
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="purge_cdn"))


SCENES = {"purges/<id>/": Scene(set_up=_purge, staff=SEES)}
