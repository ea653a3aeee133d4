"""Console: the operator's home."""
