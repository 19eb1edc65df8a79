"""By which routes people may be written to, and for which reason: the operator's say over what the platform permits.

Pure. What the platform forbids is in `scheduler.routes`; this only takes away from it.
"""

from dataclasses import dataclass

from models.broadcast import BroadcastKind
from models.plan import Basis

EVERY_BASIS = frozenset(Basis)


@dataclass(frozen=True, slots=True)
class Policy:
    """The keys of `[policy]`: for each route, named as in `Route`, what a push may be based on to go by it.

    A route that isn't named here is always allowed: whoever writes to us gets an answer, and what rides below it.
    """

    custom: frozenset[Basis] = EVERY_BASIS
    subscription: frozenset[Basis] = EVERY_BASIS
    template: frozenset[Basis] = EVERY_BASIS
    mass: frozenset[Basis] = frozenset({Basis.CONSENTED, Basis.SERVICE})
    channel: frozenset[Basis] = frozenset({Basis.CONSENTED, Basis.SERVICE})

    def allowed(self, basis: Basis, route: str) -> bool:
        """Whether a push with this basis may go by this route."""
        return basis in getattr(self, route, EVERY_BASIS)


def basis_of(kind: BroadcastKind, plan: Basis | None) -> Basis:
    """Why a broadcast may be sent: as its plan says; answers and reminders were asked for, the rest is service."""
    if plan is not None:
        return plan
    return Basis.ASKED if kind in (BroadcastKind.ANSWER, BroadcastKind.REMINDER) else Basis.SERVICE
