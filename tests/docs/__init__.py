"""The documentation is tested like code: its templates, commands, links, names and tables."""
