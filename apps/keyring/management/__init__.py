"""Management of the keyring."""
