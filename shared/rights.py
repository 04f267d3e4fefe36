"""The table of rights (权限表): who may use each route, and whose things it shows them; the routes themselves are it.

A route says so by `allow`, `may` or `OPEN`, once. One that does not is nobody's: the service does not start with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from shared.auth import OF_AN_INSTITUTION, OPEN, Admission, Reach, Role, caller_of

DOCUMENTS = ("/docs", "/docs/oauth2-redirect")  # the framework's own; in production on the inner port alone
BOUND = (*OF_AN_INSTITUTION, Role.DISTRICT_OFFICER)  # act for an institution or a unit, and for no other


class Unclassified(Exception):
    """Routes that do not say, or not clearly, who may use them."""


@dataclass(frozen=True)
class Right:
    """One line of the table; `admission` is None where no token is asked for."""

    method: str
    path: str
    admission: Admission | None

    def admits(self, role: Role) -> bool:
        """Whether somebody in this role may use it."""
        return self.admission is None or role in self.admission.roles

    @property
    def reach(self) -> Reach | None:
        """Whose things it is about; None where nobody who is bound to an institution or a unit is admitted."""
        return self.admission.reach if self.admission else None


def rights_of(routes: Iterable[BaseRoute]) -> Sequence[Right]:
    """The table of these routes, by path and method. Raises Unclassified, with every route that is at fault."""
    found, wrong = [], []
    for route in routes:
        if isinstance(route, APIRoute) and route.path not in DOCUMENTS:
            admission, fault = _admission(route)
            names = [(route.path, method) for method in sorted(route.methods or ())]
            found += [Right(method, path, admission) for path, method in names]
            wrong += [f"{method} {path} {fault}" for path, method in names if fault]
    if wrong:
        raise Unclassified("; ".join(wrong))
    return sorted(found, key=lambda each: (each.path, each.method))


def _admission(route: APIRoute) -> tuple[Admission | None, str | None]:
    """What a route says, and what is wrong with it."""
    said = [each for each in route.dependencies if each is OPEN or isinstance(each.dependency, Admission)]
    if len(said) != 1:
        return None, "says not once who may use it: allow(...), may(...) or OPEN"
    admission = said[0].dependency
    if not isinstance(admission, Admission):
        return None, None
    if admission.reach is None and not admission.roles.isdisjoint(BOUND):
        return admission, "admits who is bound to an institution or a unit, and says not whose things: reach=Reach.…"
    if admission.reach is Reach.OWN and not _knows_caller(route):
        return admission, "shows each their own, and does not ask who that is: CallerDep or WriteDep"
    return admission, None


def _knows_caller(route: APIRoute) -> bool:
    """Whether the handler itself, and not only the admission, is told who asks."""
    given = [each for each in route.dependant.dependencies if not isinstance(each.call, Admission)]
    return any(each.call is caller_of or any(one.call is caller_of for one in each.dependencies) for each in given)
