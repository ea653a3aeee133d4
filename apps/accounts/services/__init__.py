"""The writing door of identity: users, devices, sessions and their tokens.

Users go in by their internal id, everything else by its public one.
"""

from apps.accounts.services.devices import register_device, remove_device, update_device
from apps.accounts.services.factors import (
    record_added_factor,
    record_generated_codes,
    record_refused_passkey,
    record_removed_factor,
    record_renamed_passkey,
    record_used_code,
)
from apps.accounts.services.housekeeping import purge_expired
from apps.accounts.services.providers import (
    is_linked,
    record_linked_provider,
    record_unlinked_provider,
)
from apps.accounts.services.sessions import (
    end_session,
    end_sessions,
    record_use,
    refresh_session,
    sign_in_as,
    start_session,
)
from apps.accounts.services.standing import disable_user, enable_user
from apps.accounts.services.users import (
    change_password,
    create_guest,
    create_user,
    record_changed_email,
    record_sign_up,
    record_verified_email,
    update_user,
    upgrade_guest,
)

__all__ = [
    "change_password",
    "create_guest",
    "create_user",
    "disable_user",
    "enable_user",
    "end_session",
    "end_sessions",
    "is_linked",
    "purge_expired",
    "record_added_factor",
    "record_changed_email",
    "record_generated_codes",
    "record_linked_provider",
    "record_refused_passkey",
    "record_removed_factor",
    "record_renamed_passkey",
    "record_sign_up",
    "record_unlinked_provider",
    "record_use",
    "record_used_code",
    "record_verified_email",
    "refresh_session",
    "register_device",
    "remove_device",
    "sign_in_as",
    "start_session",
    "update_device",
    "update_user",
    "upgrade_guest",
]
