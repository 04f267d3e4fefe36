"""What does not agree is found, and what agrees is in order."""

from typing import Any
from uuid import UUID

import pytest

from services.quota.verification.queries import checking as queries
from shared.auth import Role
from tests.quota.given import ref
from tests.quota.verification.damaged import NOTHING_ADRIFT, PROGRAMME, Counted, counter_off, line_gone


def test_what_agrees_is_in_order(counted: Counted) -> None:
    """Nothing is adrift after ordinary counting, and a check writes nothing and says what it looked at."""
    answer = counted.verify(Role.AUDITOR)
    assert answer.json() | {"at": None} == {
        "in_order": True,
        "checked": {
            "quotas": answer.json()["checked"]["quotas"],
            "counters": answer.json()["checked"]["counters"],
            "memberships": 3,
            "ledger_rows": 4,
            "bulletins": 0,
        },
        "adrift": NOTHING_ADRIFT,
        "drift": [],
        "wrong_heads": [],
        "repaired": False,
        "adjustments": 0,
        "by": "auditor",
        "reason": None,
        "at": None,
    }
    assert answer.json()["checked"]["quotas"] > 40
    assert counted.adjustments() == []


def test_the_drift_is_told_figure_by_figure(counted: Counted) -> None:
    """Which quota, unit and figure, and what counter, ledger and heads each say."""
    counted.damage(*counter_off(counted), *line_gone(counted))
    named = {"quota_id": str(counted.quota), "code": PROGRAMME, "period": "2019"}
    assert counted.verify().json()["drift"] == [
        named | {"unit": None, "figure": "gross", "counter": 3, "ledger": 2, "heads": 3},
        named | {"unit": None, "figure": "net", "counter": 1, "ledger": 2, "heads": 3},
        named | {"unit": None, "figure": "in_stock", "counter": 9, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "gross", "counter": 2, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "net", "counter": 2, "ledger": 1, "heads": 2},
        named | {"unit": "donghu", "figure": "in_stock", "counter": 1, "ledger": 0, "heads": 1},
    ]


def test_blocks_of_subjects_leave_nobody_out(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of a block, each subject is looked at once."""
    whole = counted.verify().json()
    for size in (1, 2, 3, 4):
        monkeypatch.setattr(queries, "SUBJECTS_AT_ONCE", size)
        assert counted.verify().json() | {"at": 0} == whole | {"at": 0}


def test_facts_page_by_page(counted: Counted) -> None:
    """Every registration once, by id, as it was heard of last; or only those asked for."""
    seen: list[Any] = []
    following: dict[str, Any] | None = {}
    while following is not None:
        page = counted.site.get("/v1/facts", Role.AUDITOR, params={"limit": 2} | following).json()
        seen += page["items"]
        following = {"cursor": page["next"]} if page["next"] else None
    assert [each["registration_id"] for each in seen] == sorted(str(ref(n)) for n in range(3))
    (exited,) = [each for each in seen if each["registration_id"] == str(ref(1))]
    assert exited == {
        "registration_id": str(ref(1)),
        "version": 2,
        "programme": PROGRAMME,
        "subject_ref": str(ref(("subject", 1))),
        "subject_kind": "person",
        "institution_id": str(ref("institution")),
        "reporting_unit": "donghu",
        "state": "exited",
        "counted_on": "2019-02-01",
        "ended_on": "2019-08-01",
        "classes": {},
        "class_changes": [],
        "spells": [],
        "yields": False,
    }
    found = counted.site.get("/v1/facts", Role.OPERATOR, params={"id": [str(ref(1)), str(ref("unknown"))]}).json()
    assert found == {"items": [exited], "next": None}
    assert counted.site.get("/v1/facts", Role.AUDITOR, params={"limit": 1001}).status_code == 422
    many = {"id": [str(UUID(int=n)) for n in range(201)]}
    assert counted.site.get("/v1/facts", Role.AUDITOR, params=many).status_code == 422
