"""Notifications: reach people by push, e-mail and inbox, and be able to say why or why not."""
