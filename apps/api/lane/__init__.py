"""The short lane: hot reads answered in front of Django, in the same process (decision 0012)."""
