"""The provider's shared code: model, presets, desired, aws, reconcile, protocol; each room imports only from those before it."""
