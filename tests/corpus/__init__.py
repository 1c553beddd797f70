"""Templates with one mistake each, and correct ones, that ``cfn-backup validate`` is tried on."""
