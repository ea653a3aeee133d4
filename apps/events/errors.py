"""What can be wrong with announcing, reading and operating the event log."""

from apps.kernel.errors import AppError, Conflict, NotFound


class NotInTransaction(AppError):
    """An event was announced outside a transaction, so it could outlive its cause."""

    code = "events.not_in_transaction"
    title = "Events are announced inside the transaction of what they tell"
    status = 500


class UnknownConsumer(NotFound):
    """No consumer of that name is registered."""

    code = "events.unknown_consumer"
    title = "Unknown consumer"


class ConsumerNotStopped(Conflict):
    """Only a consumer that stopped at an event can skip it."""

    code = "events.consumer_not_stopped"
    title = "The consumer is not stopped"
