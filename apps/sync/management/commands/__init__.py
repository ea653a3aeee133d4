"""Commands of sync, one per file."""
