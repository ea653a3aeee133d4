"""`make bench`: measures Mainstay beside its peers and writes docs/reference/performance.md."""
