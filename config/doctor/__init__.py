"""What the doctor looks at besides the ground: secrets, Redis, the event log."""
