"""What authors write: one class per resource and part, and the reader that recasts by declared type."""
