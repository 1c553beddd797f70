"""Attempts to get through the provider what it must refuse, on a running local AWS that enforces IAM.

``make attacks`` makes them all, twice: as the provider is, and with the checks of its code switched off, so that IAM
stands alone. It prints a table and fails if one succeeded. `test_sample.py` makes some of them with the test suite.
"""
