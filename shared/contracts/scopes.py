"""Whom a quota covers (计入范围): decided alike by quota, which counts, and the registry, which asks it for seats."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol


class Covering(Protocol):
    """Programmes, classes, and a period or a round; without a start it covers every day up to its end."""

    @property
    def programmes(self) -> Collection[str]: ...
    @property
    def where(self) -> Mapping[str, Collection[str]]: ...
    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...
    @property
    def round(self) -> str | None: ...


def covers(scope: Covering, programme: str, classes: Mapping[str, str | None], counted_on: date) -> bool:
    """Whether a registration belongs there, whatever its unit. A round (届) that is named decides; else the date."""
    if programme not in scope.programmes:
        return False
    for name, values in scope.where.items():
        if classes.get(name) not in values:
            return False
    named = classes.get("round") if scope.round is not None else None
    if named is not None:
        return named == scope.round
    begun = scope.start is None or scope.start <= counted_on
    return begun and (scope.end is None or counted_on <= scope.end)
