"""What the doctor looks at besides the ground: the environment, Redis, the event log."""
