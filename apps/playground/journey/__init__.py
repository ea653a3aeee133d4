"""The journey: two phones and a partner walk through the whole house, over HTTP only."""
