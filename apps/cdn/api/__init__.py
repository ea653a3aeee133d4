"""The API of the CDN, for operators and their servers."""
