"""Mail: a server where there is one, else files that the development mailbox shows."""

import environ

from config.settings.environment import ENV

DEFAULT_FROM_EMAIL = ENV.mail_from
SERVER_EMAIL = ENV.mail_from
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(ENV.mail_dir)
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if ENV.mail_url:
    globals().update(environ.Env.email_url_config(ENV.mail_url))
