"""The writing door of ${app}."""

from uuid import UUID

from django.db import IntegrityError, transaction

from apps.${app}.errors import NameTaken
from apps.${app}.events import ${Resource}Created, ${Resource}Deleted, ${Resource}Renamed
from apps.${app}.models import ${Resource}
from apps.events.services import announce
from apps.kernel.errors import NotFound


@transaction.atomic
def create_${resource}(*, owner_id: int, name: str) -> UUID:
    """Create one. Raises NameTaken; announces ${Resource}Created."""
    ${resource} = ${Resource}(owner_id=owner_id, name=name)
    _save(${resource})
    announce(
        ${Resource}Created(
            audience=_audience_of(${resource}), ${resource}_id=${resource}.public_id, name=name
        )
    )
    return ${resource}.public_id


@transaction.atomic
def rename_${resource}(*, ${resource}_id: UUID, name: str) -> None:
    """Give one another name, if it differs.

    Raises NotFound or NameTaken; announces ${Resource}Renamed.
    """
    ${resource} = _held(${resource}_id)
    if ${resource}.name == name:
        return
    ${resource}.name = name
    _save(${resource})
    announce(
        ${Resource}Renamed(
            audience=_audience_of(${resource}), ${resource}_id=${resource}_id, name=name
        )
    )


@transaction.atomic
def delete_${resource}(*, ${resource}_id: UUID) -> None:
    """Delete one. Raises NotFound; announces ${Resource}Deleted."""
    ${resource} = _held(${resource}_id)
    ${resource}.delete()
    announce(${Resource}Deleted(audience=_audience_of(${resource}), ${resource}_id=${resource}_id))


def _held(${resource}_id: UUID) -> ${Resource}:
    """Return the row, locked until the transaction ends; raises NotFound."""
    rows = ${Resource}.objects.select_related("owner").select_for_update(of=("self",))
    row = rows.filter(public_id=${resource}_id).first()
    if row is None:
        raise NotFound
    return row


def _save(${resource}: ${Resource}) -> None:
    try:
        # A savepoint of its own, so that the caller's transaction survives a refusal.
        with transaction.atomic():
            ${resource}.save()
    except IntegrityError as error:
        raise NameTaken(f"You have another one named {${resource}.name!r}.") from error


def _audience_of(${resource}: ${Resource}) -> tuple[str, ...]:
    return (f"user:{${resource}.owner.public_id}",)
