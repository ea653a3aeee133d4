"""Those who carry: one file for each push service, and one for mail."""
