"""API words: problems, pagination, JSON, schema, base views; used by every viewset."""
