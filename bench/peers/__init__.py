"""The systems under measurement, one module each, with what they run beside them."""
