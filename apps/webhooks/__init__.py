"""Listener: signed webhooks for partners, delivered from the event log."""
