"""What v2 shows in another way than v1; all else is the same."""
