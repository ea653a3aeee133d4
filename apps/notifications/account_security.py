"""What people are told of their account whether they like it or not, in English and Hebrew.

Declared here and not by accounts, which stands below and knows nothing of us.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from apps.accounts.selectors import live_sessions_of, user_by_public_id
from apps.events.types import LoggedEvent
from apps.kernel.ids import first_id_at
from apps.notifications.ports import DeclaredCategory, DeclaredTemplate, Rule, Wish
from apps.notifications.types import (
    CategoryName,
    CategorySettings,
    Channel,
    Target,
    TargetKind,
    Text,
)

CATEGORY = DeclaredCategory(
    settings=CategorySettings(
        key="account_security",
        name="Account security",
        description="Sign-ins, and changes of how you sign in.",
        translations={
            "he": CategoryName(
                name="אבטחת החשבון", description="כניסות לחשבון ושינויים בדרכי הכניסה אליו."
            )
        },
        is_mandatory=True,
        channels=(Channel.PUSH, Channel.EMAIL, Channel.INBOX),
    ),
)

_SESSIONS = "/account/sessions"
_FACTORS = "/account/factors"


def _template(
    key: str, english: Text, hebrew: Text, variables: dict[str, str] | None = None
) -> DeclaredTemplate:
    texts = {"en": english, "he": hebrew}
    return DeclaredTemplate.of(
        f"{CATEGORY.name}.{key}", category=CATEGORY.name, texts=texts, variables=variables
    )


TEMPLATES = (
    _template(
        "new_sign_in",
        Text(
            title="New sign-in to your account",
            body="{{ device }}. If this was not you, end the session and change your password.",
            url=_SESSIONS,
        ),
        Text(
            title="כניסה חדשה לחשבון שלך",
            body="{{ device }}. אם זו לא הייתה פעולה שלך, יש לנתק את הכניסה ולהחליף סיסמה.",
            url=_SESSIONS,
        ),
        {"device": "Chrome, Windows"},
    ),
    _template(
        "password_changed",
        Text(
            title="Your password was changed",
            body="All other sessions have ended. If this was not you, reset it at once.",
            url=_SESSIONS,
        ),
        Text(
            title="הסיסמה שלך הוחלפה",
            body="כל שאר הכניסות נותקו. אם זו לא הייתה פעולה שלך, יש לאפס את הסיסמה מיד.",
            url=_SESSIONS,
        ),
    ),
    _template(
        "factor_added",
        Text(
            title="A second factor was added to your account",
            body="If this was not you, remove it and change your password.",
            url=_FACTORS,
        ),
        Text(
            title="אמצעי אימות נוסף לחשבון שלך",
            body="אם זו לא הייתה פעולה שלך, יש להסיר אותו ולהחליף סיסמה.",
            url=_FACTORS,
        ),
    ),
    _template(
        "factor_removed",
        Text(
            title="A second factor was removed from your account",
            body="If this was not you, change your password and add one again.",
            url=_FACTORS,
        ),
        Text(
            title="אמצעי אימות הוסר מהחשבון שלך",
            body="אם זו לא הייתה פעולה שלך, יש להחליף סיסמה ולהוסיף אמצעי אימות מחדש.",
            url=_FACTORS,
        ),
    ),
)

# Who signs in for the first time knows.
_NEW_ACCOUNT = timedelta(minutes=10)
# What a user agent says in words that need no translation, the more telling first.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
_APP = re.compile(r"[^\s/();]{1,40}")
# Accounts write a mail about these themselves.
_BESIDE_MAIL = (Channel.PUSH, Channel.INBOX)


def _new_sign_in(event: LoggedEvent) -> Sequence[Wish]:
    user_id = UUID(event.payload["user_id"])
    if user_id >= first_id_at(event.recorded_at - _NEW_ACCOUNT):
        return ()
    user = user_by_public_id(user_id)
    if user is None:
        return ()
    session = live_sessions_of(user_id=user.id).filter(public_id=event.payload["session_id"])
    agents = session.values_list("user_agent", "ip")[:1]
    device = next((device_of(agent) or str(ip or "") for agent, ip in agents), "") or "?"
    return (
        Wish(
            template="account_security.new_sign_in",
            target=_whom(user_id),
            variables={"device": device},
        ),
    )


def _changed(event: LoggedEvent) -> Sequence[Wish]:
    template = _TOLD[event.topic]
    user_id = UUID(event.payload["user_id"])
    return (Wish(template=template, target=_whom(user_id), channels=_BESIDE_MAIL),)


_TOLD = {
    "accounts.password.changed": "account_security.password_changed",
    "accounts.factor.added": "account_security.factor_added",
    "accounts.factor.removed": "account_security.factor_removed",
}

RULES = (
    Rule(
        name="account_security.sign_ins",
        topics=("accounts.session.started",),
        wishes=_new_sign_in,
    ),
    Rule(name="account_security.changes", topics=tuple(_TOLD), wishes=_changed),
)


def device_of(user_agent: str) -> str:
    """Return what signs in, in few words: "Chrome, Windows" or an app's name; "" if unknown."""
    parts = [name for sign, name in _BROWSERS if sign in user_agent][:1]
    if not parts:
        parts = _APP.findall(user_agent)[:1]
    parts += [name for name in _SYSTEMS if name in user_agent][:1]
    return ", ".join(parts)


def _whom(user_id: UUID) -> Target:
    return Target(kind=TargetKind.USERS, user_ids=(user_id,))
