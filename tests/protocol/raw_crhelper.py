"""crhelper as it comes, with its network and its clock replaced, to show each of its defects on itself."""

# ruff: noqa: ARG002 - what stands for something else has that one's signature

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import crhelper
from crhelper import utils


@dataclass
class Network:
    """Stands for ``http.client.HTTPSConnection``: keeps the bodies, answers with one status."""

    status: int = 200
    reason: str = "OK"
    bodies: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def connection(self, host: str, **_: object) -> Network:
        return self

    def request(self, *, method: str, url: str, body: str, headers: object) -> None:
        self.urls.append(url)
        self.bodies.append(body)

    def getresponse(self) -> Network:
        return self

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def crhelper_network(status: int = 200, reason: str = "OK") -> Iterator[Network]:
    """The network that crhelper sees; the root logger's level is put back behind it."""
    network = Network(status, reason)
    levels = {
        name: logging.getLogger(name).level
        for name in ("", "boto", "boto3", "botocore", "urllib3", "crhelper")
    }
    for name in ("crhelper", "crhelper.utils", "crhelper.resource_helper"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    with mock.patch.object(utils, "HTTPSConnection", network.connection):
        try:
            yield network
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)


def raw(**options: Any) -> Any:
    """A CfnResource as its README makes it, but for its three clients, which are of no use here."""
    with mock.patch("boto3.client"):
        return crhelper.CfnResource(**options)
