"""How many bodies a process takes at once: who brings bytes slowly must not keep others out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from apps.files.errors import TooManyBodies


class Intake:
    """Counts the bodies that are being read in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Read a body within; raises TooManyBodies where FILES_BODIES_AT_ONCE are being read."""
        with self._lock:
            if self.taken >= settings.FILES_BODIES_AT_ONCE:
                raise TooManyBodies(headers={"Retry-After": "1"})
            self.taken += 1
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1


intake = Intake()
