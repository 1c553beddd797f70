"""A small resource to try the protocol with: named things in a world that a test can look at, break and hold
up.
"""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cfn_backup.aws.errors import AlreadyExists, InvalidRequest
from cfn_backup.reconcile.work import Result, Work

if TYPE_CHECKING:
    from cfn_backup.desired.owner import Owner

TOY = "Custom::Toy"
REFERENCE = "tests.fake_cloudformation.toy:ToyResource"


@dataclass
class Thing:
    owner: Owner
    colour: str


@dataclass
class World:
    """The service that has the things. ``before`` and ``after`` are called around each call, with its
    number.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    calls: int = 0
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None
    attributes: dict[str, str] = field(default_factory=dict)
    """Beside the usual ones, in every result."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def make(self, name: str, owner: Owner, colour: str, *, repaint: bool = False) -> None:
        """Repeatable by the owner; a thing of somebody else's stays as it is."""
        self._call(lambda: self._make(name, owner, colour, repaint=repaint))

    def destroy(self, name: str) -> None:
        self._call(lambda: self.things.pop(name, None))

    def owned_by(self, owner: Owner) -> list[str]:
        return [name for name, thing in self.things.items() if thing.owner == owner]

    def _make(self, name: str, owner: Owner, colour: str, *, repaint: bool) -> None:
        thing = self.things.setdefault(name, Thing(owner, colour))
        if thing.owner != owner:
            raise AlreadyExists(f"Name: {name} exists and belongs to somebody else")
        if repaint:
            thing.colour = colour

    def _call(self, act: Callable[[], object]) -> None:
        with self._lock:
            self.calls += 1
            number = self.calls
        self.before(number)
        with self._lock:
            act()
        self.after(number)


world = World()


def new_world() -> World:
    """An empty world, the one that every ToyResource works on from now on."""
    global world  # noqa: PLW0603 - the resource class is made by the provider, so it cannot be handed one
    world = World()
    return world


class ToyResource:
    """``Name`` (changing it replaces the thing), ``Colour``, ``Refuse`` (an error's text)."""

    def create(self, work: Work) -> Result:
        self._refuse(work)
        name = self._name(work)
        # the name is known, so it can be identified before there is anything.
        work.identify(name)
        try:
            world.make(name, work.owner, str(work.properties.get("Colour", "grey")))
        except AlreadyExists:
            work.identify(None)
            raise
        return self._result(name)

    def update(self, work: Work) -> Result:
        self._refuse(work)
        name = self._name(work)
        world.make(name, work.owner, str(work.properties.get("Colour", "grey")), repaint=True)
        return self._result(name)

    def delete(self, work: Work) -> None:
        mine = world.owned_by(work.owner)
        # an id that is none of ours says nothing: then all that the owner has goes.
        for name in [work.physical_id] if work.physical_id in mine else mine:
            world.destroy(str(name))

    def _refuse(self, work: Work) -> None:
        if "Refuse" in work.properties:
            raise InvalidRequest(f"Refuse: {work.properties['Refuse']}")

    def _name(self, work: Work) -> str:
        return str(work.properties.get("Name") or work.owner.generated_name())

    def _result(self, name: str) -> Result:
        return Result(name, {"Name": name, "Colour": world.things[name].colour, **world.attributes})
