"""The spine: one durable event log, written in the caller's transaction, read by consumers."""
