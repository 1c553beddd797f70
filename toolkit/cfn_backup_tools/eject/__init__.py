"""The way out: custom resources as the native resources that they stand for."""
