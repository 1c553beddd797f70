"""What every test session prints at its end: the table of the proofs, and how many parity cases agree."""

pytest_plugins = ("tests.proofs.report", "tests.parity.reporting")
