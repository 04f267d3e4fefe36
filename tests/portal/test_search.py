"""The search over everything one may see; a person's number is no query. The overview on a wall."""

from uuid import UUID

import httpx
import pytest

from services.portal.pages.search.rules import is_of_a_person, matched
from shared.auth import Role
from tests.portal import sample
from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

RECORD = {"id": str(UUID(int=5)), "programme": "top-talent", "state": "draft", "reporting_unit": "donghu"}
SEARCH = "POST /v1/registrations/search"
BULLETIN = {"id": str(UUID(int=7)), "title": "关于2019年12月人才计划完成情况的通报", "number": "洪人社字〔2020〕5号"}


def test_each_kind_of_thing_is_found_and_leads_to_its_page(page: httpx.Client, city: City) -> None:
    city.role = Role.BUREAU_OFFICER
    city.answers |= {SEARCH: {"items": [RECORD | {"external_ref": "A-1"}]}, "/v1/bulletins": [BULLETIN]}
    city.answers[f"/v1/registrations/{RECORD['id']}"] = RECORD
    sign_in(page)
    studios = [item for item in sample.progress() if item["code"] == "T08"][-1]["quota_id"]
    for wanted, link in (
        ("东湖", "/units/donghu"),
        ("skilled", "/programmes/skilled-workers"),
        ("t08", f"/programmes/skill-master-studios?quota={studios}"),
        ("洪人社字[2020]5号", f"/bulletins/{BULLETIN['id']}"),
    ):
        assert link in {each["href"] for each in Read(page.get("/search", params={"q": wanted}).text).all("a")}, wanted
    assert "A-1 国内外顶尖人才和国家级领军人才 · 东湖区" in Read(page.get("/search?q=A-1").text).text
    assert "A-1" not in str([each[:2] for each in city.requests])  # in no address between services
    assert RECORD["id"] in Read(page.get("/search", params={"q": RECORD["id"]}).text).text
    assert "洪城工匠" in Read(page.get("/search", params={"q": "调整为50名"}).text).text  # an alert
    city.answers[SEARCH] = {"items": []}
    nothing = page.get("/search", params={"q": "<b>nothing"}).text
    assert "没有找到您可以查看的内容" in nothing
    assert "<b>" not in nothing
    city.down |= {"/v1/progress"}
    assert "结果可能不全" in page.get("/search?q=donghu").text


def test_a_person_s_number_leaves_the_address_and_is_asked_of_nobody(page: httpx.Client, city: City) -> None:
    city.role = Role.BUREAU_OFFICER
    sign_in(page)
    city.requests.clear()
    refused = page.get("/search", params={"q": "360101 19900101 000x"})
    assert (refused.status_code, refused.headers["location"]) == (303, "/search?refused=true")
    said = page.get("/search?refused=true")
    assert (said.status_code, "不能在这里查找" in said.text, "360101" in said.text) == (422, True, False)
    assert city.requests == []


def test_what_is_typed_into_the_box_is_in_an_address_only_where_it_finds_something(
    page: httpx.Client, city: City
) -> None:
    city.role = Role.BUREAU_OFFICER
    sign_in(page)
    typed = {"csrf_token": token_in(page.get("/").text)}
    found = page.post("/search", data=typed | {"q": "东湖"})
    assert (found.status_code, found.headers["location"]) == (303, "/search?q=%E4%B8%9C%E6%B9%96")
    nothing = page.post("/search", data=typed | {"q": "赵植树"})
    assert (nothing.status_code, "没有找到您可以查看的内容" in nothing.text) == (200, True)
    city.requests.clear()
    number = page.post("/search", data=typed | {"q": "360101 19900101 000x"})
    assert (number.status_code, "不能在这里查找" in number.text, "19900101" in number.text) == (422, True, False)
    assert city.requests == []
    for each in (nothing, number):
        assert "植" not in str(each.headers)
    assert page.post("/search", data={"q": "东湖"}).status_code == 403


@pytest.mark.parametrize(
    "number",
    [
        "36010119900101000X",
        "３６０１０１１９９００１０１０００Ｘ",
        "360101900101000",
        "138-0000-0000",
        "+8615400000002",
        "E00000000",
    ],
)
def test_numbers_of_persons_are_known_by_their_form(number: str) -> None:
    assert is_of_a_person(number)


def test_what_is_no_person_s_number_may_be_looked_for() -> None:
    assert not any(
        map(is_of_a_person, ("91360100MA000000XX", "T08", "2019-12", "洪府发〔2018〕39号", str(UUID(int=5))))
    )
    assert matched("（2018）39", "洪府发〔2018〕39号")
    assert not matched(" ", "anything")


def test_only_who_has_signed_in_searches(page: httpx.Client, city: City) -> None:
    assert page.get("/search?q=x").status_code == 403
    assert Read(page.get("/").text).all("form")[0]["action"] == "/"
    city.role = Role.LEADER
    sign_in(page)
    assert "/search" in {each["action"] for each in Read(page.get("/").text).all("form")}


def test_the_overview_on_a_wall_loads_itself_anew_in_large_type(page: httpx.Client, city: City) -> None:
    html = page.get("/?wall=1").text
    assert '<meta http-equiv="refresh" content="60">' in html
    read = Read(html)
    for said in ("37 /100", "37.0%", "待签收提醒 3", "最近的节点"):
        assert said in read.text, said
    assert "http-equiv" not in page.get("/").text
    city.down |= {"/v1/progress"}
    assert "完成情况暂时无法显示" in page.get("/?wall=1").text
    assert page.get("/?wall=2").status_code == 422
