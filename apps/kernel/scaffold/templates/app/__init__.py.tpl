"""${Floor}: ${words_plural}, each of one owner."""
