"""How strong a password is, beside whether the policy takes it."""

import re

from apps.accounts.models import User
from apps.accounts.password_policy import broken_rules
from apps.accounts.types import Strength

# zxcvbn takes no more (and its time grows with the square); all that is typed is hashed.
_SCORED = 72


def strength_of(password: str, *, email: str = "", name: str = "") -> Strength:
    """Return the strength of a password for somebody of this address and name."""
    # Here, not above: its word lists take 100 ms and 20 MiB that most processes never need.
    from zxcvbn import zxcvbn  # noqa: PLC0415  see above

    said = [text[:_SCORED] for text in (email, name, *re.findall(r"\w+", f"{email} {name}"))]
    found = zxcvbn(password[:_SCORED], user_inputs=said)
    user = User(email=email, name=name)
    return Strength(
        score=found["score"],
        warning=str(found["feedback"]["warning"] or ""),
        suggestions=tuple(map(str, found["feedback"]["suggestions"])),
        broken_rules=tuple(broken_rules(password, user)),
    )
