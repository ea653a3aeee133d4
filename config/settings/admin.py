"""The operator's admin: title, environment label, start page and navigation."""

UNFOLD = {
    "SITE_TITLE": "Mainstay",
    "SITE_HEADER": "Mainstay",
    "SITE_SYMBOL": "anchor",
    "ENVIRONMENT": "apps.console.navigation.environment",
    "STYLES": ["apps.console.navigation.stylesheet"],
    "DASHBOARD_CALLBACK": "apps.console.start_page.with_charts",
    "SIDEBAR": {"show_search": True, "navigation": "apps.console.navigation.navigation"},
    "LOGIN": {"form": "apps.accounts.admin_sign_in.SignInForm"},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
}
