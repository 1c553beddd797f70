"""What of an account is backed up by which plan, and what is not."""
