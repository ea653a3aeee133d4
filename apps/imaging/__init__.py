"""Pictures decoded, changed and encoded in processes of their own, under limits."""
