"""A quota of the bureau's own, for the tests over HTTP."""

from datetime import date
from typing import Any

from tests.quota.given import event, ref

PROGRAMME = "dual-qualified-teachers"


OWN = {"programme": PROGRAMME, "amount": 4, "period": {"start": "2019-01-01", "end": "2019-12-31"}}


def teachers(number: int, **about: Any) -> list[Any]:
    return [
        event(
            name=n,
            programme=PROGRAMME,
            counted_on=date(2019, n + 1, 1),
            institution_id=ref(("institution", n % 2)),
            reporting_unit="xihu" if n == 2 else "donghu",
            **about,
        )
        for n in range(number)
    ]
