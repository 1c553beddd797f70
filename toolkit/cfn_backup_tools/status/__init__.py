"""Is it backed up? The last job, copy and recovery point of everything that the plans reach, when the next is
due, and why there is none."""
