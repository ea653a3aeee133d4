"""Protection: keys per purpose, encrypted at rest."""
