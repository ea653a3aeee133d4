"""Who a user is: the user model, passwords, and django-allauth without pages of its own."""

from config.settings.environment import ENV

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["apps.accounts.passwords.BoundedArgon2Hasher"]
# Argon2id after OWASP: 19 MiB and two passes. Tests use the least Argon2 allows.
ACCOUNTS_ARGON2_MEMORY_KIB = 64 if ENV.environment == "test" else 19 * 1024
ACCOUNTS_ARGON2_TIME_COST = 1 if ENV.environment == "test" else 2
# Per process: how many passwords are hashed at once, and how long one waits for a place.
ACCOUNTS_CONCURRENT_HASHES = 4
ACCOUNTS_HASH_WAIT_SECONDS = 1.0
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "apps.accounts.strategy.KeyringTokenStrategy"  # noqa: S105  a path
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{ENV.base_url}/verify-email/{{key}}",
    "account_reset_password": f"{ENV.base_url}/reset-password",
    "account_reset_password_from_key": f"{ENV.base_url}/reset-password/{{key}}",
    "account_signup": f"{ENV.base_url}/sign-up",
}
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
