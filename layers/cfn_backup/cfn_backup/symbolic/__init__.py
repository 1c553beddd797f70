"""Values that a template leaves undecided, and the operations on them. Nothing here knows about backups."""
