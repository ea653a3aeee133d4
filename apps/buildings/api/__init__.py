"""The REST edge of buildings."""
