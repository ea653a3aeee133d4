"""Commands of sync."""
