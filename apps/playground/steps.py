"""The way of one write through the house, step by step, as the welcome page draws it."""

from typing import NamedTuple


class Step(NamedTuple):
    """One stop of the way."""

    name: str
    about: str


STEPS = (
    Step("A phone", "posts a maintenance request to the versioned REST API."),
    Step("One transaction", "writes the row and its event: both or neither."),
    Step("The event log", "is read in order, behind every transaction still open."),
    Step("A worker", "claims the delivery, signs it, and tries again until it is taken."),
    Step("The partner", "verifies the signature with any Standard Webhooks library."),
)
