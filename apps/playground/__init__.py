"""Development only: the welcome page and the mailbox of make run."""
