"""Makes what others install: the application's packages and the wheel of the command line."""
