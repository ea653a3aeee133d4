"""What may be kept outside: cache headers by class of content, and purging."""
