"""App config of events; no logic."""

from apps.kernel.apps import MainstayAppConfig


class EventsConfig(MainstayAppConfig):
    """Events."""

    name = "apps.events"
    verbose_name = "Events"
