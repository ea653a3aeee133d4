"""The operator's admin: title, environment label and navigation."""

from config.settings.environment import ENV

UNFOLD = {
    "SITE_TITLE": "Mainstay",
    "SITE_HEADER": "Mainstay",
    "SITE_SUBHEADER": ENV.environment,
    "LOGIN": {"form": "apps.accounts.admin_sign_in.SignInForm"},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
}
