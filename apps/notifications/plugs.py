"""What notifications plugs into others, and into itself: what it has to say of accounts."""

from apps.notifications import account_security
from apps.notifications.ports import categories, rules, templates

categories.register(account_security.CATEGORY)
for template in account_security.TEMPLATES:
    templates.register(template)
for rule in account_security.RULES:
    rules.register(rule)
