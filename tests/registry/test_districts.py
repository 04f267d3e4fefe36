"""Places over time: units and statutory divisions, townships, transfers, boundary changes; cases by their number."""

from typing import Any

import pytest

from services.registry.accounts.commands.accounts import add_account
from services.registry.accounts.commands.credentials import add_client
from shared.auth import Role
from shared.contracts.registration import RegistrationTransferred, Spell
from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.transitions.test_announcements import assert_facts_as_announced

A = "institution-a-clerk"
ON = "2020-06-28"
REZONED = {
    "old": "donghu", "new": "honggutan", "effective_on": ON, "decision_no": "赣府字〔2019〕66号", "reason": "区划调整",
}  # fmt: skip


def registered(registry: Registry, n: int = 1, by: str = A, **changes: Any) -> dict[str, Any]:
    answer = registry.post(by, "/v1/registrations", person(n, **changes))
    assert answer.status_code == 201, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


def read(registry: Registry, posted: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = registry.get("bureau", f"/v1/registrations/{posted['id']}").json()
    return found


def moved(registry: Registry, posted: dict[str, Any], to: str, on: str = "2019-09-01", **more: Any) -> Any:
    return registry.act("bureau", posted["id"], "transfer", to=to, effective_on=on, reason="更换工作单位", **more)


def codes(posted: dict[str, Any]) -> list[str]:
    return [each["code"] for each in posted["warnings"]]


def officer(registry: Registry, unit: str) -> str:
    """A district officer of another unit than the demo's."""
    with registry.context.database.writing() as session:
        role = Role.DISTRICT_OFFICER
        account = add_account(
            session, unit, unit, role, reporting_unit=unit, issued_by="operator", approved_by="bureau"
        )
        client, secret = add_client(session, unit, role, account=account, approved=True)
        registry.credentials[unit] = {"client_id": client.client_id, "client_secret": secret}
    return unit


def test_e02_the_township_decides_and_an_unknown_one_waits_for_the_bureau(registry: Registry) -> None:
    """沙井街道 goes to 红谷滩区 with its credit, 扬子洲镇 stays, and whoever states no township is in the queue."""
    goes = registered(registry, 1, township="沙井街道")
    stays = registered(registry, 2, township="扬子洲镇")
    queued = registered(registry, 3)
    doubtful = registry.post(A, "/v1/registrations", person(4, township="甲镇"))
    later = registered(registry, 5, reporting_unit="xihu")
    assert moved(registry, later, "donghu", on="2020-08-01", township="沙井街道").status_code == 200
    assert (codes(goes), doubtful.status_code) == ([], 422)
    tried = registry.post("bureau", "/v1/boundary-changes?dry_run=true", REZONED).json()
    assert (tried["moved"], tried["staying"], tried["unknown"]) == (1, 1, 1)
    assert read(registry, goes)["reporting_unit"] == "donghu"
    done = registry.post("bureau", "/v1/boundary-changes", REZONED).json()
    assert (done["moved"], done["staying"], done["unknown"], done["dry_run"]) == (1, 1, 1, False)
    units = [read(registry, each)["reporting_unit"] for each in (goes, stays, later)]
    assert units == ["honggutan", "donghu", "donghu"]  # who came after that day came with another employer
    event = registry.events()[-1]
    assert isinstance(event, RegistrationTransferred)
    assert event.spells == [Spell(reporting_unit="donghu", until=ON, boundary=True)]
    entry = registry.get("bureau", f"/v1/registrations/{goes['id']}/history").json()["items"][-1]
    assert (entry["action"], entry["moved_to"], entry["decision_no"]) == ("rezone", "honggutan", "赣府字〔2019〕66号")
    queue = registry.get("bureau", "/v1/registrations?township_unknown=true").json()["items"]
    assert [each["id"] for each in queue] == [queued["id"]]
    assert moved(registry, queued, "donghu", township="沙井街道").status_code == 200
    again = registry.post("bureau", "/v1/boundary-changes", REZONED).json()
    assert (again["moved"], again["staying"], again["unknown"]) == (1, 1, 0)
    assert registry.get("bureau", "/v1/registrations?township_unknown=true").json()["items"] == []
    assert registry.events()[-1].spells[0].boundary is True
    assert_facts_as_announced(registry)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"old": "xihu"}, "/old", "no_such_succession"),
        ({"effective_on": "2020-06-27"}, "/old", "no_such_succession"),
        ({"old": "wanli", "new": "wanli-bureau"}, "/old", "whole_unit"),
    ],
)
def test_only_a_part_that_the_policy_names_is_moved(
    registry: Registry, changes: dict[str, str], pointer: str, code: str
) -> None:
    refused = registry.post("bureau", "/v1/boundary-changes", REZONED | changes)
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]


def test_e01_from_the_day_of_the_plaques_the_bureau_of_wanli_has_the_records_of_the_district(
    registry: Registry,
) -> None:
    """Registered in 2019 with 湾里区 and read by 湾里管理局, rewritten by nobody; later facts name the successor."""
    posted = registered(registry, 1, reporting_unit="wanli", fact_date="2019-08-01")
    assert (posted["state"], posted["gb2260"]) == ("recognised", "360105")
    assert registry.get(officer(registry, "wanli-bureau"), f"/v1/registrations/{posted['id']}").status_code == 200
    assert registry.get(officer(registry, "xinjian"), f"/v1/registrations/{posted['id']}").status_code == 404
    late = registered(registry, 2, reporting_unit="wanli", fact_date="2020-07-01")
    assert (late["reporting_unit"], codes(late)) == ("wanli-bureau", ["unit_succeeded"])
    assert "湾里管理局" in late["warnings"][0]["detail"]


def test_e04_the_statutory_district_changes_and_the_zone_goes_on_reporting(registry: Registry) -> None:
    """蛟桥: 青山湖区 by statute in 2019 and 新建区 in 2023, reported by 经开区 throughout."""
    for n, (day, gb2260) in enumerate({"2019-07-01": "360111", "2023-07-03": "360112"}.items(), 1):
        posted = registered(registry, n, reporting_unit="jingkai-zone", township="蛟桥镇", fact_date=day)
        assert (posted["gb2260"], posted["reporting_unit"], posted["warnings"]) == (gb2260, "jingkai-zone", [])
        (lies,) = [
            each for each in registry.get(A, f"/v1/townships?on={day}").json()["items"] if "蛟桥" in each["names"]
        ]
        assert (lies["gb2260"], lies["units"]) == (gb2260, ["jingkai-zone"])
    elsewhere = registered(registry, 3, reporting_unit="qingshanhu", township="蛟桥镇")
    assert (codes(elsewhere), elsewhere["state"]) == (["township_elsewhere"], "submitted")
    assert "南昌经开区" in elsewhere["warnings"][0]["detail"]


@pytest.mark.parametrize("written", ["新建县", "360122", "Xinjian County", "新建区", "360112", "xinjian"])
def test_e07_a_former_name_is_the_unit_it_became(registry: Registry, written: str) -> None:
    posted = registered(registry, 1, reporting_unit=written, fact_date="2018-03-01")
    former = written in ("新建县", "360122", "Xinjian County", "360112")
    assert (posted["reporting_unit"], posted["gb2260"], posted["state"]) == ("xinjian", "360112", "recognised")
    assert codes(posted) == (["unit_by_former_name"] if former else [])


def test_e08_the_suburban_district_of_1999_is_shown_with_what_became_of_it(registry: Registry) -> None:
    def division(code: str, on: str) -> dict[str, Any]:
        items = registry.get("leader", f"/v1/divisions?on={on}").json()["items"]
        return next(each for each in items if each["code"] == code)

    archive = division("360111", "1999-06-01")
    assert (archive["name_zh"], archive["successor"]["code"], archive["successor"]["name_zh"]) == (
        "郊区", "360111", "青山湖区",
    )  # fmt: skip
    assert (division("360111", "2019-01-01")["name_zh"], division("360111", "2019-01-01")["successor"]) == (
        "青山湖区", None,
    )  # fmt: skip
    assert division("360122", "2010-01-01")["successor"]["name_zh"] == "新建区"


def test_e10_a_record_is_seen_by_its_unit_and_not_by_its_statutory_district(registry: Registry) -> None:
    """艾溪湖 lies in 青山湖区 and reports through 高新区."""
    posted = registered(registry, 1, reporting_unit="gaoxin-zone", township="艾溪湖管理处")
    assert posted["gb2260"] == "360111"
    assert registry.get(officer(registry, "gaoxin-zone"), f"/v1/registrations/{posted['id']}").status_code == 200
    assert registry.get(officer(registry, "qingshanhu"), f"/v1/registrations/{posted['id']}").status_code == 404


def test_a_transfer_closes_the_spell_and_tells_everything(registry: Registry) -> None:
    """The record goes on; the township is that of the new employer, the partner too where one is named."""
    posted = registered(registry, 1, township="扬子洲镇")
    other = registry.credentials["institution-b-clerk"]["institution_id"]
    after = moved(registry, posted, "xihu", to_institution=other).json()
    spell = {"reporting_unit": "donghu", "until": "2019-09-01", "boundary": False}
    assert (after["reporting_unit"], after["township"], after["spells"]) == ("xihu", None, [spell])
    assert (after["state"], after["counted_on"], after["institution_id"]) == ("recognised", "2019-07-01", other)
    event = registry.events()[-1]
    assert isinstance(event, RegistrationTransferred)
    assert (event.version, event.reporting_unit, event.spells[0].reporting_unit) == (2, "xihu", "donghu")
    assert registry.get(A, f"/v1/registrations/{posted['id']}").status_code == 404
    assert registry.get("institution-b-clerk", f"/v1/registrations/{posted['id']}").status_code == 200
    same_unit = moved(registry, posted, "xihu", "2019-10-01", township="孺子路街道").json()
    assert (same_unit["spells"], same_unit["township"], same_unit["version"]) == ([spell], "孺子路街道", 3)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"to": "donghu"}, "/to", "nowhere"),
        ({"to": "pudong"}, "/to", "unit_unknown"),
        ({"to": "wanli", "effective_on": ON}, "/to", "unit_not_valid"),
        ({"to_institution": "01890000-0000-7000-8000-000000000000"}, "/to_institution", "institution_unknown"),
        ({"effective_on": "2150-01-01"}, "/effective_on", "in_future"),
        ({"effective_on": "2019-06-30"}, "/effective_on", "before_counting"),
        ({"action": "suspend"}, "/to", "not_for_this_action"),
    ],
)
def test_a_transfer_that_cannot_be_changes_nothing(
    registry: Registry, change: dict[str, str], pointer: str, code: str
) -> None:
    posted = registered(registry, 1)
    wanted = {"action": "transfer", "to": "xihu", "effective_on": "2019-09-01", "reason": "更换工作单位"} | change
    refused = registry.post("bureau", f"/v1/registrations/{posted['id']}/transitions", wanted)
    assert refused.status_code == 422
    assert (pointer, code) in [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
    assert read(registry, posted) == posted


def test_nothing_happens_before_the_last_transfer(registry: Registry) -> None:
    posted = registered(registry, 1)
    moved(registry, posted, "xihu")
    refused = [
        moved(registry, posted, "anyi", "2019-08-31"),
        registry.act("bureau", posted["id"], "exit", reason="离昌", effective_on="2019-08-31"),
    ]
    assert [each.json()["errors"][0]["code"] for each in refused] == ["before_last_transfer"] * 2


def test_b10_an_employer_in_gongqingcheng_is_not_in_the_city(registry: Registry) -> None:
    """赣江新区 lies in two cities: the check says so in both languages before anything is posted."""
    body = person(1, details={"workplace": "360482"}, reporting_unit="linkong-zone")
    tried = registry.post(A, "/v1/programmes/youth-intake/check", body).json()
    (reason,) = tried["reasons"]
    assert (tried["verdict"], reason["code"], reason["effect"]) == ("refused", "outside_city", "refuses")
    assert "所在地不在本市" in reason["zh"]
    assert "outside the city" in reason["en"]
    township = registry.post(A, "/v1/programmes/youth-intake/check", person(1, township="甲镇")).json()
    assert (township["verdict"], township["reasons"][0]["code"]) == ("refused", "township_unknown")
