"""What every test session prints at its end, and the fixtures that several suites share."""

pytest_plugins = ("tests.command_line", "tests.proofs.report", "tests.parity.reporting")
