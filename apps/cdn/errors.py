"""What can be wrong with what is said to a CDN."""

from apps.kernel.errors import Invalid


class UnusableTag(Invalid):
    """A tag holds what some CDN takes for two, or is longer than they allow."""

    code = "cdn.unusable_tag"
    title = "Unusable tag"


class ForeignUrl(Invalid):
    """The URL is not one of ours, so that our CDN does not have it."""

    code = "cdn.foreign_url"
    title = "Not one of our URLs"
