"""The AWS that the demo and the end-to-end tests run on, started by the project itself."""
