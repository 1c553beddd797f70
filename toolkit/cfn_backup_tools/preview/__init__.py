"""What a plan will do: when its rules run, and how many recovery points they keep, at what cost."""
