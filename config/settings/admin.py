"""The operator's admin: title, environment label and navigation."""

from config.settings.environment import ENV

UNFOLD = {
    "SITE_TITLE": "Mainstay",
    "SITE_HEADER": "Mainstay",
    "SITE_SUBHEADER": ENV.environment,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
}
