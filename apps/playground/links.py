"""Where to look in a running stack; the welcome page and `demo_data` show the same."""

from typing import NamedTuple


class Link(NamedTuple):
    """A page of the running stack."""

    title: str
    path: str
    about: str


LINKS = (
    Link("Two phones", "/playground/phones/", "A live room, photos, an inbox, and pushes."),
    Link("API docs", "/api/v1/docs/", "Every route, to read and to try."),
    Link("Admin", "/admin/", "What operators see: deliveries, accounts, buildings."),
    Link("Event log", "/admin/events/logentry/", "Everything that happened, newest first."),
    Link("Mailbox", "/playground/mail/", "The mails Mainstay wrote; none leaves this machine."),
    Link("Health", "/health/ready", "Whether everything this process needs is there."),
    Link("Metrics", "/metrics", "What Prometheus collects."),
    Link("OpenAPI schema", "/api/v1/schema/", "For generating clients."),
)
