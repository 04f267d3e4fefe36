"""What follows the recognitions of the demo year (认定后情况、见习), as bodies for the registry."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from shared.cli.demo_year import Drawing, Planned, PlannedFacts, PlannedPlacements

BASES = "internship-bases"
Registered = tuple[str, Planned]  # the registration's id


def facts(drawing: Drawing, registered: Sequence[Registered]) -> Iterator[dict[str, Any]]:
    """The facts of a plan, in its order, so that a holder can follow a vacancy."""
    for wanted in drawing.plan.facts:
        fitting = [id_ for id_, planned in registered if _fits(wanted, planned)]
        for registration_id in fitting[: wanted.count]:
            stated: dict[str, Any] = {"attribute": wanted.attribute, "effective_on": wanted.on.isoformat()}
            if wanted.ages:
                stated["value"] = drawing.person(wanted.ages, wanted.on)
            yield {"registration_id": registration_id, "fact": stated}


def placements(drawing: Drawing, registered: Sequence[Registered]) -> Iterator[dict[str, Any]]:
    """The placements of a plan, base after base."""
    for wanted in drawing.plan.placements:
        bases = [
            id_ for id_, planned in registered if planned.programme == BASES and _stands(planned, wanted.started_on)
        ]
        for base in bases[: wanted.bases]:
            for n in range(wanted.at_each):
                subject = drawing.person(wanted.ages, wanted.started_on)
                days = {"started_on": wanted.started_on.isoformat(), "months": wanted.months}
                yield {"base": base, "subject": subject} | days | _ended(wanted, n)


def _fits(wanted: PlannedFacts, planned: Planned) -> bool:
    details = planned.body["details"]
    having = all(details.get(name) == value for name, value in wanted.having.items())
    return (
        planned.programme == wanted.programme
        and having
        and wanted.without not in details
        and _stands(planned, wanted.on)
    )


def _stands(planned: Planned, on: date) -> bool:
    """Whether it was recognised before the month of a day, and nothing else became of it."""
    return planned.exception is None and planned.month < on.replace(day=1)


def _ended(wanted: PlannedPlacements, n: int) -> dict[str, str]:
    day = wanted.finished_on.isoformat()
    ended = {"finished_on": day} if n < wanted.finished else {}
    return ended | ({"hired_on": day} if n < wanted.hired else {})
