"""Which tests pytest-xdist keeps together: those that share something that is slow to make.

Its own `--dist loadgroup` does not work with this pytest, which takes no notice of the node ids it sets.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# The local AWS with the provider deployed, and the built package.
_TOGETHER = ("tests/e2e/", "tests/template/test_package.py")


class TogetherOrAlone(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """A scope for each folder or file named above, and one for every other test."""

    def _split_scope(self, nodeid: str) -> str:
        return next((shared for shared in _TOGETHER if nodeid.startswith(shared)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherOrAlone | None:
    """Use it where tests are spread over workers."""
    return TogetherOrAlone(config, log) if config.getvalue("dist") == "load" else None
