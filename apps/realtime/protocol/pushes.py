"""What the server says unasked: publications, who joined and left, and when it is over."""

from typing import Any

from apps.realtime.types import Presence, Publication


def publication(publication: Publication) -> dict[str, Any]:
    """Push what was published."""
    return _push(publication.channel, pub=as_publication(publication))


def told(channel: str, what: str, who: Presence) -> dict[str, Any]:
    """Push that somebody joined or left; ``what`` is the name of the push."""
    return _push(channel, **{what: {"info": as_info(who)}})


def unsubscribe(channel: str, *, code: int, reason: str) -> dict[str, Any]:
    """Push that a subscription has ended; clients resubscribe by themselves from 2500 on."""
    return _push(channel, unsubscribe={"code": code, "reason": reason})


def disconnect(*, code: int, reason: str) -> dict[str, Any]:
    """Push that the connection ends, to a client whose transport has no close codes."""
    return {"push": {"disconnect": {"code": code, "reason": reason, "reconnect": may_return(code)}}}


def may_return(code: int) -> bool:
    """Whether a client that is closed with this code comes back by itself."""
    return not (3500 <= code <= 3999 or 4500 <= code <= 4999)


def as_publication(publication: Publication) -> dict[str, Any]:
    """Return a publication as it stands in pushes and replies."""
    return {"data": publication.data, "offset": publication.offset}


def as_info(who: Presence) -> dict[str, Any]:
    """Return somebody as they stand in pushes and replies."""
    return {"user": str(who.user_id), "client": who.client_id}


def _push(channel: str, **what: Any) -> dict[str, Any]:
    return {"push": {"channel": channel, **what}}
