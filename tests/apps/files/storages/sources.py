"""Senders of bytes, good and bad."""

from io import BytesIO

from typing_extensions import override


class BrokenSource(BytesIO):
    """Gives what it has, and then breaks as a socket does."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        """Return what is left; raises ConnectionResetError instead of telling the end."""
        content = super().read(size)
        if not content:
            raise ConnectionResetError("The client went away.")
        return content


class DribblingSource(BytesIO):
    """Gives a few bytes at a time, as a slow client does."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        """Return at most 1000 bytes."""
        return super().read(1000 if size is None or size < 0 else min(size, 1000))
