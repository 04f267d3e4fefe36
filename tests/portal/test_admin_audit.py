"""The audit trail in the portal: searched, and its chain checked in words; counts verified the same way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm

import services.notify
import services.quota
import services.registry
from services.portal.client.services import Services
from services.portal.pages.audit import queries
from services.portal.pages.audit.rendering.acts import ACTS
from services.portal.pages.audit.rendering.refusals import REFUSALS
from services.registry.transitions.rules.workflow import ACTIONS
from shared.contracts.audit import BEGINNING, AuditEntry
from shared.problems import Refusal
from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in
from tests.registry.test_audit_words import BY_ITEM, operations

TRAIL, VERIFY = "/admin/audit", "/admin/audit/verify"
SERVICES = (services.registry, services.quota, services.notify)
NAMED = (*(each.__name__ for each in SERVICES), "shared.probl")


def entries(count: int) -> list[dict[str, Any]]:
    """A trail that is in order."""
    made, before = [], BEGINNING
    for number in range(1, count + 1):
        about = {"action": "revoke" if number % 2 else "register", "object": f"o-{number}", "version": 1}
        act = {"sequence": number, "at": datetime(2019, 7, 1, 8, number, tzinfo=UTC), "by": "zhang<b>", "hash": ""}
        rest = {"role": "bureau_officer", "institution_id": None, "purpose": None, "request": None, "outcome": "done"}
        entry = AuditEntry.model_validate(about | act | rest)
        before = entry.digest(before)
        made.append(entry.model_copy(update={"hash": before}).model_dump(mode="json"))
    return made


@pytest.fixture
def auditor(page: httpx.Client, city: City) -> httpx.Client:
    """An auditor, signed in; six entries."""
    city.role = "auditor"
    sign_in(page)
    city.answers["/v1/audit"] = entries(6)
    return page


def check(page: httpx.Client, **form: str) -> str:
    return page.post(VERIFY, data={"csrf_token": token_in(page.get(VERIFY).text), **form}).text


def test_the_trail_is_searched_by_time_act_person_and_object(auditor: httpx.Client, city: City) -> None:
    html = auditor.get(f"{TRAIL}?day_from=2019-07-01&day_to=&by=zhang&action=revoke&object=").text
    query = {"limit": "50", "newest": "true", "day_from": "2019-07-01", "by": "zhang", "action": "revoke"}
    assert ("/v1/audit", query, "zh") in city.requests
    assert ("zhang&lt;b&gt;" in html, "撤销" in html, "o-3" in html) == (True, True, True)
    fault = {"pointer": "/day_from", "detail": "应为日期"}
    city.problems["/v1/audit"] = {"status": 422, "title": "x", "errors": [fault]}
    wrong = auditor.get(f"{TRAIL}?day_from=x")
    assert (wrong.status_code, 'href="#day_from"' in wrong.text) == (422, True)
    city.role = "bureau_officer"
    sign_in(auditor)
    assert auditor.get(TRAIL).status_code == 403
    assert TRAIL not in auditor.get("/admin").text


def test_every_act_of_each_service_has_a_name() -> None:
    of_events = {"replay", "drop_dead_letters"}
    words = {each.__name__.rpartition(".")[2]: {found.word for found in operations(each)} for each in SERVICES}
    words["registry"] |= {*ACTIONS} | BY_ITEM["find"] | {"export_personal"}
    assert {service: found | of_events for service, found in words.items()} == {
        service: {*acts} for service, acts in ACTS.items()
    }


def test_every_refusal_of_a_service_is_in_words(auditor: httpx.Client, city: City) -> None:
    assert all([*operations(each)] for each in SERVICES)  # all rooms are loaded
    own = {each.slug for each in kinds_of(Refusal) if each.__module__.startswith(NAMED)}
    assert own - {*REFUSALS} == {"refused"} & own
    city.answers["/v1/audit"][5]["outcome"] = "four-eyes"
    city.answers["/v1/audit"][4]["outcome"] = "newer-than-this"
    shown = Read(auditor.get(TRAIL).text).text
    assert ("填报人不得审核" in shown, "four-eyes" in shown, "newer-than-this" in shown) == (True, False, True)


def kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Every refusal there is."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds_of(each)


def test_a_chain_is_said_to_be_sound_or_where_it_is_not(auditor: httpx.Client, city: City) -> None:
    assert "第 1 至 6 条逐条相连" in check(auditor)
    city.answers["/v1/audit"][2]["by"] = "somebody-else"
    assert "第 3 条：内容与哈希不符" in check(auditor)
    del city.answers["/v1/audit"][2]
    assert "第 3 条：缺失" in check(auditor)
    key = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()).public_key(), as_dict=True)
    city.answers["/.well-known/jwks.json"] = {"keys": [key | {"kid": "k1"}]}
    point = {"sequence": 3, "hash": "x", "at": "2019-07-01T00:00:00Z", "signed": "a.b.c"}
    assert "检查点（第 3 条）的签名无效" in check(auditor, kept=json.dumps(point))


def test_the_trails_of_quota_and_notify_are_searched_and_checked_too(
    auditor: httpx.Client, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a choice of the service; the registry's is shown first, and it alone has checkpoints."""
    named, page = [], Services.page

    def noted(self: Services, service: str, *rest: Any, **query: Any) -> Any:
        named.append(service)
        return page(self, service, *rest, **query)

    monkeypatch.setattr(Services, "page", noted)
    city.answers["/v1/audit"][5]["action"] = "publish_bulletin"
    shown = auditor.get(f"{TRAIL}?service=quota").text
    assert ("发布通报" in shown, 'value="publish_bulletin"' in shown, 'value="register"' in shown) == (
        *(True, True),
        False,
    )
    assert f"{TRAIL}?service=quota&amp;object=o-3" in shown
    auditor.get(TRAIL)
    auditor.get(f"{TRAIL}?service=elsewhere")
    html = auditor.get(f"{VERIFY}?service=quota").text
    assert ("不出检查点" in html, 'name="kept"' in html, 'name="service" value="quota"' in html) == (True, False, True)
    assert "第 6 条：内容与哈希不符" in check(auditor, service="quota")
    check(auditor, service="notify")
    check(auditor)
    assert named == ["quota", "registry", "registry", "quota", "notify", "registry"]


def test_a_long_chain_is_checked_by_one_page_after_another(
    auditor: httpx.Client, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page goes on with the number and hash where the one before stopped; a checkpoint is compared when due."""
    whole = entries(6)
    city.answers["/v1/audit"] = {"items": whole[:4], "next": "further"}
    monkeypatch.setattr(queries, "AS_LONG_AS", -1.0)
    first = Read(check(auditor))
    assert "第 4 条，目前完好" in first.text
    state = {name: value for name, value in first.fields.items() if name in ("hash", "number")}
    assert state == {"number": "4", "hash": whole[3]["hash"]}
    city.answers["/v1/audit"] = whole[4:]
    points = f"4:{whole[3]['hash']} 6:{whole[5]['hash']}"
    monkeypatch.undo()
    sound = check(auditor, cursor="further", points=points, **state)
    assert ("第 1 至 6 条逐条相连" in sound, "2 个签名检查点相符" in sound) == (True, True)
    assert "与签名检查点不符" in check(auditor, cursor="further", points="6:other", **state)
    assert "起被截断" in check(auditor, cursor="further", points="9:other", **state)


def test_counts_are_verified_in_words_and_operators_put_them_right_for_a_reason(page: httpx.Client, city: City) -> None:
    city.role = "operator"
    sign_in(page)
    city.answers["/v1/adjustments"] = []
    layers = dict.fromkeys(("counters", "sums", "ledger", "memberships", "milestones", "bulletins"), 0)
    drift = {"quota_id": "01a221cd-54f3-75bc-ad17-94fa6aa951d1", "code": "T08", "period": "2019", "unit": "donghu"}
    found = {
        "in_order": True, "checked": {"quotas": 13, "counters": 80}, "adrift": layers, "drift": [], "repaired": False,
        "adjustments": 0, "by": "li", "at": "2019-07-01T00:00:00Z",
    }  # fmt: skip
    city.answers["POST /v1/verify"] = found
    html = page.get("/admin/verify").text
    sent = {"csrf_token": token_in(html), "source": "ledger"}
    sound = page.post("/admin/verify", data=sent).text
    assert ("没有差异" in sound, "/admin/verify/repair" in sound) == (True, False)
    assert city.written[-1][2] == {"source": "ledger"}
    figures = {"figure": "net", "counter": 5, "ledger": 6, "heads": 6}
    city.answers["POST /v1/verify"] = found | {
        "in_order": False, "adrift": layers | {"counters": 1}, "drift": [drift | figures]
    }  # fmt: skip
    adrift = page.post("/admin/verify", data=sent).text
    assert ("有差异，共 1 处" in adrift, "东湖区" in adrift, "/admin/verify/repair" in adrift) == (True, True, True)
    city.problems["POST /v1/verify"] = {
        "status": 422, "title": "x", "errors": [{"pointer": "/reason", "detail": "修正须说明理由"}],
    }  # fmt: skip
    assert 'href="#reason"' in page.post("/admin/verify/repair", data=sent).text
    del city.problems["POST /v1/verify"]
    city.answers["POST /v1/verify"] = found | {"in_order": False, "repaired": True, "adjustments": 2}
    assert "已修正 2 处" in page.post("/admin/verify/repair", data=sent | {"reason": "恢复备份后核对"}).text
    assert city.written[-1][2] == {"repair": True, "reason": "恢复备份后核对"}
