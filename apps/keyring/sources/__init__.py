"""The places master keys can be kept in."""
