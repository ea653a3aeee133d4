"""Why a request goes the long way."""


class NotForTheLane(Exception):
    """A view, or this question to it, cannot be answered in the lane; the message says why."""
