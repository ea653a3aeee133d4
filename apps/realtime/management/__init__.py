"""Commands of realtime."""
