"""What every test session has: the table of the proofs."""

pytest_plugins = ("tests.proofs.report",)
