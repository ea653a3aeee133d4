"""${Words_plural} over HTTP."""
