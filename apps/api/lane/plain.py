"""Answers that are the same for whoever asks, and guarded by nothing but the watch."""

from dataclasses import dataclass

from apps.kernel.registry import Registry


@dataclass(frozen=True)
class PlainAnswer:
    """What a GET of one path gets; without a cookie or a query, which Django looks at."""

    # The path, without which nothing else is like it.
    name: str
    body: bytes
    content_type: str
    cache_control: str

    @property
    def route(self) -> str:
        """The route as Django tells it."""
        return self.name.removeprefix("/")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {"Content-Type": self.content_type, "Cache-Control": self.cache_control}


plain_answers: Registry[PlainAnswer] = Registry("plain answer")
