"""The ground: base classes, ids, clock, context, registries and the error tree; no tables."""
