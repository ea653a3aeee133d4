"""The HTTP edge of webhooks."""
