"""Who may do what with what follows a recognition, and bodies that are in order; for the test of all routes."""

from dataclasses import dataclass
from typing import Any

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, resident_number

RETENTION = "GET /v1/placements/retention"
OUTCOMES = {
    "POST /v1/registrations/{registration_id}/facts": "++-+-0---",
    "GET /v1/registrations/{registration_id}/facts": "+++++0-+-",
    "POST /v1/registrations/facts": "++-+-+---",
    "POST /v1/registrations/{registration_id}/facts/{fact_id}/withdraw": "++-+-0---",
    "POST /v1/placements": "++-+-0---",
    "POST /v1/placements/batch": "++-+-+---",
    "GET /v1/placements": "++++++-+-",
    RETENTION: "++++++++-",
    "GET /v1/placements/{placement_id}": "+++++0-+-",
    "PATCH /v1/placements/{placement_id}": "++-+-0---",
    "GET /v1/placements/{placement_id}/history": "+++++0-+-",
}
FACT = {"attribute": "settled_on", "effective_on": "2019-09-01"}


def trainee(registry: Registry) -> dict[str, Any]:
    """A placement at a base that is recognised since 20 December 2019."""
    base = registry.post("institution-a-clerk", "/v1/registrations", organisation(7, "internship-bases")).json()["id"]
    for name, action in (
        ("institution-a-reviewer", "endorse"),
        ("district-donghu", "pass_district"),
        ("bureau", "pass_city"),
    ):
        registry.act(name, base, action)
    decided = {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}
    assert registry.act("bureau", base, "recognise", **decided).status_code == 200
    subject = {"name": "赵植树", "id_number": resident_number(16)}
    return {"base": base, "subject": subject, "started_on": "2020-01-02", "months": 3}


@dataclass(frozen=True)
class Followed:
    """A registration with a fact, a placement, and what names them in addresses."""

    settled: str
    placed: dict[str, Any]
    ids: dict[str, str]

    @classmethod
    def of(cls, registry: Registry) -> "Followed":
        clerk, placed = "institution-a-clerk", trainee(registry)
        settled = registry.post(clerk, "/v1/registrations", person(15)).json()["id"]
        fact = registry.post(clerk, f"/v1/registrations/{settled}/facts", FACT).json()
        placement = registry.post(clerk, "/v1/placements", placed).json()
        return cls(settled, placed, {"fact_id": fact["id"], "placement_id": placement["id"]})

    def named(self, route: str) -> dict[str, str]:
        """The registration that has the fact, where one is named."""
        return {"registration_id": self.settled} if "{fact_id}" in route else {}

    def bodies(self) -> dict[str, Any]:
        """A body for every route that writes."""
        return {
            "POST /v1/registrations/{registration_id}/facts": FACT,
            "POST /v1/registrations/facts": {"items": [{"registration_id": self.settled, "fact": FACT}]},
            "POST /v1/registrations/{registration_id}/facts/{fact_id}/withdraw": {"reason": "核对"},
            "POST /v1/placements": self.placed,
            "POST /v1/placements/batch": {"items": [self.placed]},
            "PATCH /v1/placements/{placement_id}": {"months": 4},
        }
