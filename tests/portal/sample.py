"""A city's year as the three services would answer it: every state of a quota that the page tells apart."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.policy import Annual, PackQuota, Rounds, Span
from shared.policy import read_pack

PACK = read_pack(Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml")
AS_OF = date(2019, 12, 31)
KNOWN_AT = datetime(2020, 1, 6, 1, 30, tzinfo=UTC)
ROOT = UUID(int=0)

# What is counted, by quota and period; the share of the year gone by where the period has an end.
VALUES: Mapping[tuple[str, str], int] = {
    ("T01", "2018-2022"): 37,
    ("T02", "2018-2022"): 214,
    ("T03", "2018-2022"): 305,
    ("T04", "2018-2022"): 96,
    ("T05", "2018-"): 947,
    ("T06", "2018-2022"): 41_873,
    ("T07", "2018-"): 29_999,
    ("T08", "2018"): 5,
    ("T08", "2019"): 4,
    ("T09", "2018"): 4,
    ("T09", "2019"): 5,
    ("T10", "2018-2019"): 58,
    ("T11", "2018-2022"): 196_402,
    ("T12", "2018-"): 243,
    ("T13", "2018-"): 0,
}
EXPECTED = {"2018-2022": 40.0, "2018-2019": 100.0, "2018": 100.0, "2019": 100.0}
UNALLOCATED = {"T06": 12_500, "T11": -1_000}
FALLEN = {("T08", "2019", 90): "fallen_back", ("T08", "2019", 100): "fallen_back", ("T09", "2019", 100): "regained"}


def progress(as_of: date = AS_OF, parked: int = 0) -> list[dict[str, Any]]:
    """The progress items of every quota whose period has begun."""
    items = []
    for quota in PACK.quotas:
        for label, start, end, basis in _periods(quota):
            if start <= as_of and (quota.code, label) in VALUES:
                items.append(_item(quota, (label, start, end, basis), as_of, parked))
    return items


def _periods(quota: PackQuota) -> Sequence[tuple[str, date, date | None, str]]:
    match quota.period:
        case Span(label=label, start=start, end=end, basis=basis):
            return [(label, start, end, basis)]
        case Annual(first_year=first, last_year=last, basis=basis):
            return [(str(year), date(year, 1, 1), date(year, 12, 31), basis) for year in range(first, last + 1)]
        case Rounds(rounds=rounds):
            return [(span.label, span.start, span.end, span.basis) for span in rounds]


def _item(quota: PackQuota, period: tuple[str, date, date | None, str], as_of: date, parked: int) -> dict[str, Any]:
    label, start, end, basis = period
    value = VALUES[quota.code, label]
    tenths = value * 1000 // quota.amount
    return {
        "quota_id": str(uuid5(ROOT, quota.code + label)),
        "code": quota.code,
        "programme": quota.programmes[0],
        "unit": None,
        "kind": quota.kind,
        "comparison": quota.comparison,
        "amount": quota.amount,
        "amount_max": quota.amount_max,
        "measure": quota.measure,
        "measure_word": {"zh": quota.measure_word_zh, "en": quota.measure_word_en},
        "wording": {"zh": quota.wording_zh, "en": quota.wording_en},
        "clause": quota.clause,
        "period": {"start": str(start), "end": str(end) if end else None, "basis": basis, "label": label},
        "value": value,
        "remaining": max(0, quota.amount - value),
        "completion_percent": f"{tenths // 10}.{tenths % 10}",
        "status": _status(quota, value),
        "unallocated": UNALLOCATED.get(quota.code),
        "pace": _pace(value, quota.amount, EXPECTED.get(label)),
        "forecast": _forecast(value, EXPECTED.get(label)),
        "silent": {"month": "2019-11", "units": ["anyi", "jinxian"]} if quota.code in UNALLOCATED else None,
        "milestones": [_milestone(quota, label, start, value, percent) for percent in quota.milestones],
        "units": _units(value),
        "of_which": _parts(quota) if quota.amount else [],
        "seats": _seats(quota, value) if quota.capped else None,
        "parked": parked,
        "as_of": str(as_of),
        "known_at": KNOWN_AT.isoformat(),
    }


def _parts(target: PackQuota) -> list[dict[str, Any]]:
    return [
        {"wording": {"zh": each.wording_zh, "en": each.wording_en}, "value": 1_046}
        for each in PACK.quotas
        if not each.amount and (each.programmes, each.period) == (target.programmes, target.period)
    ]


def _seats(quota: PackQuota, value: int) -> dict[str, Any]:
    places = quota.amount * (100 + quota.tolerance_percent) // 100
    used = {"held": 1, "taken": value, "waiting": 3}
    return {"places": places, **used, "over_committed": value + 1 > places}


def _status(quota: PackQuota, value: int) -> str:
    tolerance = quota.tolerance_percent
    if tolerance and value * 100 > quota.amount * (100 + tolerance):
        return "exceeded"
    if value >= quota.amount:
        return "attained"
    return "basically_attained" if tolerance and value * 100 >= quota.amount * (100 - tolerance) else "short"


def _pace(value: int, amount: int, expected: float | None) -> dict[str, Any] | None:
    if expected is None:
        return None
    ahead = value * 100 / amount - expected
    lamp = "green" if ahead >= 0 else "yellow" if ahead >= -10 else "red"
    shown = {"expected_percent": f"{expected:.2f}", "ahead_points": f"{ahead:.2f}", "lamp": lamp, "catch_up": 0}
    return shown | {"by_quarter": amount < 20}


def _forecast(value: int, expected: float | None) -> dict[str, Any] | None:
    if expected is None:
        return {"attained_on": "2020-03-09"} if value else None
    if expected == 100:
        return None
    end = round(value * 100 / expected)
    return {"value_at_end": end, "low": end * 9 // 10, "high": end * 11 // 10, "needed_per_week": 12.5}


def _milestone(quota: PackQuota, label: str, start: date, value: int, percent: int) -> dict[str, Any]:
    held = value * 100 >= percent * quota.amount
    state = FALLEN.get((quota.code, label, percent), "reached" if held else "pending")
    day = None if state == "pending" else date(start.year, 12 if start.year == 2018 else 4 + percent // 20, 7)
    return {"percent": percent, "state": state, "reached_on": str(day) if day else None, "detected_at": None}


def _units(value: int) -> list[dict[str, Any]]:
    weights = {"donghu": 13, "xihu": 12, "qingshanhu": 15, "nanchang-county": 18, "xinjian": 9, "gaoxin-zone": 21}
    return [{"unit": unit, "value": value * weight // 100} for unit, weight in weights.items()]


def alerts() -> list[dict[str, Any]]:
    """An inbox with every severity, one alert replaced by a later one."""
    inbox = [
        ("milestone_fallen_back", "warning", "市级技能大师工作室（2019年）回落至100%以下", "open", None),
        ("milestone_regained", "notice", "市级高技能人才培养示范基地（2019年）恢复达成100%节点", "acknowledged", None),
        ("milestone_reached", "notice", "市级技能大师工作室（2019年）达到100%节点", "open", 0),
        ("correction", "notice", "洪城工匠（2018—2019年）目标任务调整为50名", "closed", None),
        ("milestone_reached", "info", "技能人才（2018—2022年）达到25%节点", "in_progress", None),
        ("overrun", "critical", "就业见习基地（2018年起）超出目标", "open", None),
    ]
    items = [
        {
            "id": str(uuid5(ROOT, f"alert {n}")),
            "kind": kind,
            "severity": severity,
            "title": title,
            "body": "截至2019年12月20日，累计4家，目标5家，完成率80.0%。2020年1月4日录入。",
            "state": state,
            "raised_at": datetime(2020, 1, 4, 2 + n, 30, tzinfo=UTC).isoformat(),
            "supersedes": None,
            "facts": {"link": "/?as_of=2019-12-20#T08"},
        }
        for n, (kind, severity, title, state, _) in enumerate(inbox)
    ]
    items[0]["supersedes"] = items[2]["id"]
    return items


def programmes() -> list[dict[str, Any]]:
    """Every programme of the pack."""
    return [each.model_dump(include={"code", "name_zh", "name_en", "clause"}) for each in PACK.programmes]


def units() -> list[dict[str, Any]]:
    """Every reporting unit of the pack."""
    return [each.model_dump(include={"code", "name_zh", "name_en"}) for each in PACK.reporting_units]


def policy() -> dict[str, Any]:
    """The document of the pack."""
    return {"document": PACK.document.model_dump(mode="json")}
