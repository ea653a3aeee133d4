"""What happens to ${words_plural}; only the owner may hear of it."""

from uuid import UUID

from apps.events.types import Event


class ${Resource}Created(Event, topic="${app}.${resource}.created"):
    """${A} ${words} was created."""

    ${resource}_id: UUID
    name: str


class ${Resource}Renamed(Event, topic="${app}.${resource}.renamed"):
    """${A} ${words} has another name."""

    ${resource}_id: UUID
    name: str


class ${Resource}Deleted(Event, topic="${app}.${resource}.deleted"):
    """${A} ${words} is gone."""

    ${resource}_id: UUID
