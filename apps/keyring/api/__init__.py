"""The keyring over HTTP: public keys, and nothing else."""
