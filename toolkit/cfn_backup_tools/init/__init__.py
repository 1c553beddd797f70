"""A first template: asks what is to be backed up, for how long and where, and writes it."""
