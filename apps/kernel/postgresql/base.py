"""Django's backend for PostgreSQL, with a health check that mostly costs no round trip."""

import select
from time import monotonic
from typing import Any

from django.db.backends.postgresql import base
from typing_extensions import override

# How long the word of the server holds; what ends a connection silently is noticed after it.
TRUSTED_SECONDS = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose health is seen where the server has closed it, and asked for seldom."""

    _answered_at = float("-inf")

    @override
    def is_usable(self) -> bool:
        """Tell whether the connection is alive (CONN_HEALTH_CHECKS): a round trip after a while.

        A server that ends a connection says so or closes it, and either can be read at once.
        """
        if monotonic() - self._answered_at < TRUSTED_SECONDS and self._is_silent():
            return True
        is_usable: bool = super().is_usable()
        if is_usable:
            self._answered_at = monotonic()
        return is_usable

    @override
    def connect(self) -> None:
        super().connect()
        self._answered_at = monotonic()

    def _is_silent(self) -> bool:
        driver: Any = self.connection
        if driver is None or driver.closed:
            return False
        poll = select.poll()
        poll.register(driver.fileno(), select.POLLIN)
        return not poll.poll(0)
