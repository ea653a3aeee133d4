"""Who a user is: the user model, passwords, and django-allauth without pages of its own."""

from datetime import timedelta

from config.settings.environment import ENV

AUTH_USER_MODEL = "accounts.User"
# Serves the admin's sign-in as well; a second backend would hash every wrong password twice.
# Addresses are unique where there is one; guests have none, and no backend finds them by "".
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["apps.accounts.backend.AuthenticationBackend"]
PASSWORD_HASHERS = ["apps.accounts.passwords.BoundedArgon2Hasher"]
# Argon2id after OWASP: 19 MiB and two passes. Tests use the least Argon2 allows.
ACCOUNTS_ARGON2_MEMORY_KIB = 64 if ENV.environment == "test" else 19 * 1024
ACCOUNTS_ARGON2_TIME_COST = 1 if ENV.environment == "test" else 2
# Per process: how many passwords are hashed at once, and how long one waits for a place.
ACCOUNTS_CONCURRENT_HASHES = 4
ACCOUNTS_HASH_WAIT_SECONDS = 1.0
ACCOUNTS_ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
ACCOUNTS_REFRESH_TOKEN_LIFETIME = timedelta(days=30)
# How long a spent refresh token still gets its successor: an answer may have been lost.
ACCOUNTS_REFRESH_GRACE = timedelta(seconds=30)
ACCOUNTS_TOKEN_AUDIENCE = f"{ENV.base_url}/api"
ACCOUNTS_CLIENT_ID = "app"

_DJANGO = "django.contrib.auth.password_validation"
_OURS = "apps.accounts.password_policy"
_NEITHER_COMMON_NOR_PERSONAL = [
    {"NAME": f"{_OURS}.MaximumLengthValidator"},
    {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
    {
        "NAME": f"{_DJANGO}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]


def _at_least(characters: int) -> dict[str, object]:
    return {"NAME": f"{_DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": characters}}


ACCOUNTS_PASSWORD_POLICIES = {
    "product": [
        _at_least(12),
        {"NAME": f"{_OURS}.CompositionValidator"},
        *_NEITHER_COMMON_NOR_PERSONAL,
    ],
    # NIST SP 800-63B-4 section 3.1.1.2: length, a blocklist, and no rules of composition.
    "nist": [_at_least(15), *_NEITHER_COMMON_NOR_PERSONAL],
}
AUTH_PASSWORD_VALIDATORS = ACCOUNTS_PASSWORD_POLICIES[ENV.accounts_password_policy]

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_ADAPTER = "apps.accounts.adapter.HeadlessAdapter"
HEADLESS_TOKEN_STRATEGY = "apps.accounts.strategy.KeyringTokenStrategy"  # noqa: S105  a path
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{ENV.base_url}/verify-email/{{key}}",
    "account_reset_password": f"{ENV.base_url}/reset-password",
    "account_reset_password_from_key": f"{ENV.base_url}/reset-password/{{key}}",
    "account_signup": f"{ENV.base_url}/sign-up",
    "socialaccount_login_error": f"{ENV.base_url}/sign-in",
}
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# For those who mistyped their address and will never get the code.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
# One address per account; a new one replaces it once it is verified.
ACCOUNT_CHANGE_EMAIL = True
# A token that was stolen must not move an account to the thief's mailbox.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

MFA_ADAPTER = "apps.accounts.second_factors.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Mainstay"
# A code of the step before or after is taken too: typing takes time, and phones' clocks differ
# (RFC 6238 section 5.2). Each is still spent once.
MFA_TOTP_TOLERANCE = 1
# Codes are shown when they are made; later they are only replaced.
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# Whom people may sign in by. The first issuer publishes; Google's tokens may name the second.
ACCOUNTS_PROVIDERS = {
    "google": {
        "issuers": (ENV.google_issuer, ENV.google_issuer.removeprefix("https://")),
        "client_ids": ENV.google_client_ids,
        "client_secret": ENV.google_client_secret,
    },
    "apple": {
        "issuers": (ENV.apple_issuer,),
        "client_ids": ENV.apple_client_ids,
        "team_id": ENV.apple_team_id,
        "key_id": ENV.apple_key_id,
        "private_key": ENV.apple_private_key,
    },
}
SOCIALACCOUNT_ADAPTER = "apps.accounts.social_adapter.SocialAccountAdapter"
# The owner hears of every change to the ways in (OWASP Authentication Cheat Sheet).
ACCOUNT_EMAIL_NOTIFICATIONS = True
