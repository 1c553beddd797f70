"""The provider's shared code; each room imports only from those before it (see docs/architecture.md)."""
