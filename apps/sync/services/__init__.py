"""The writing door of sync."""
