"""A template for plans and vaults that exist: what was made by hand, or by another tool, in the words of this one."""
