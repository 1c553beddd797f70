"""A template: its text as nodes with positions, and what can be known of its values."""
