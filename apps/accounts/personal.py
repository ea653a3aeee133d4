"""Personal data in tables that are not ours: what `privacy` must export and erase as well.

Each entry declares all fields of a third-party model, as our own models do for themselves. The
subject is a path to the user; "" where only the named field of another table leads to one.
"""

from collections.abc import Mapping

from apps.kernel.personal import PersonalData

THIRD_PARTY: Mapping[str, PersonalData] = {
    "account.EmailAddress": PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "email": "export+erase",
            "verified": "export+erase",
            "primary": "export+erase",
        },
        impersonal=("id",),
    ),
    # Unused while addresses are verified by code, but the table is there.
    "account.EmailConfirmation": PersonalData(
        subject="email_address.user",
        personal={
            "email_address": "erase",
            "created": "erase",
            "sent": "erase",
            "key": "erase",
        },
        impersonal=("id",),
    ),
    # The secret of an authenticator app, the seed of recovery codes, or a passkey's public key.
    "mfa.Authenticator": PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "type": "export+erase",
            "created_at": "export+erase",
            "last_used_at": "export+erase",
            "data": "erase",
        },
        impersonal=("id",),
    ),
    # Who somebody is at Google, Apple and the like.
    "socialaccount.SocialAccount": PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "provider": "export+erase",
            "uid": "export+erase",
            "last_login": "export+erase",
            "date_joined": "export+erase",
            "extra_data": "export+erase",
        },
        impersonal=("id",),
    ),
    # Never written: SOCIALACCOUNT_STORE_TOKENS is off.
    "socialaccount.SocialToken": PersonalData(
        subject="account.user",
        personal={
            "account": "erase",
            "token": "erase",
            "token_secret": "erase",
            "expires_at": "erase",
        },
        impersonal=("id", "app"),
    ),
    # Found by accounts.Session.django_session_key; the user is inside the encoded data.
    "sessions.Session": PersonalData(
        personal={"session_key": "erase", "session_data": "erase", "expire_date": "erase"},
    ),
    # What operators did: kept, as evidence of who changed what.
    "admin.LogEntry": PersonalData(
        subject="user",
        personal={
            "user": "keep",
            "action_time": "keep",
            "object_id": "keep",
            "object_repr": "keep",
            "change_message": "keep",
        },
        impersonal=("id", "content_type", "action_flag"),
    ),
}
