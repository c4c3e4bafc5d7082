"""A thing → where else it is: its identifiers in systems that are known, and its own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecoop_ld.reconcile.identifiers import NEAR, External


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The thing in another system."""

    system: str
    """Name of the system, or the host of an address."""
    identifier: str
    address: str
    likely: bool
    """Whether the data hold it for likely only."""


def elsewhere(externals: Iterable[External]) -> tuple[Elsewhere, ...]:
    """The identifiers of one thing, those in known systems first; a miswritten one is left to its statement."""
    found = {
        one.address: one for one in externals if one.address.startswith(("http://", "https://")) and not one.why_wrong
    }
    made = [
        Elsewhere(
            one.system.label if one.system else one.address.split("/")[2],
            one.identifier if one.system else "",
            one.address,
            one.predicate in NEAR or bool(one.node),
        )
        for one in found.values()
    ]
    return tuple(sorted(made, key=lambda one: (not one.identifier, one.system, one.address)))
