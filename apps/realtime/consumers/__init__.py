"""The ASGI edge of a node: Channels consumers, one per way to connect."""
