"""What can be wrong with what is said to a CDN; an absent purge is `kernel.errors.NotFound`."""

from apps.kernel.errors import Conflict, Invalid


class UnusableTag(Invalid):
    """A tag holds what some CDN takes for two, or is longer than they allow."""

    code = "cdn.unusable_tag"
    title = "Unusable tag"


class ForeignUrl(Invalid):
    """The URL is not one of ours, so that our CDN does not have it."""

    code = "cdn.foreign_url"
    title = "Not one of our URLs"


class NoCdn(Conflict):
    """No CDN is set (CDN_PROVIDER), so there is nothing to purge."""

    code = "cdn.no_cdn"
    title = "There is no CDN"


class NotTaken(Exception):
    """The CDN took nothing, for reasons that are not in what was asked; never leaves the app."""

    def __init__(self, problem: str, *, pause_seconds: float | None = None) -> None:
        super().__init__(problem)
        # What it asks for before the next request, if anything.
        self.pause_seconds = pause_seconds


class PurgeRefused(Exception):
    """The CDN understood and says no, as it would again; never leaves the app."""
