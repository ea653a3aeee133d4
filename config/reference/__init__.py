"""Generated pages that need more than the ground: settings, events, metrics, the API's schema."""
