"""Published bulletins in the portal: listed, opened as quota made them, and what is said when there are none."""

from uuid import UUID

import httpx

from shared.auth import Role
from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in, token_in

ONE = {
    "id": str(UUID(int=7)),
    "edition_no": 2,
    "title": "关于2019年12月人才计划完成情况的通报",
    "number": "洪人社字〔2020〕5号",
    "issued_on": "2020-01-07",
    "as_of": "2019-12-31",
    "sha256": "ab" * 32,
}


def test_bulletins_are_listed_with_their_formats(page: httpx.Client, city: City) -> None:
    city.answers["/v1/bulletins"] = [ONE]
    got = page.get("/bulletins")
    assert got.status_code == 200
    for said in (ONE["title"], "第2版", "洪人社字〔2020〕5号", "2020年1月7日印发", f"/bulletins/{ONE['id']}.xlsx"):
        assert str(said) in got.text


def test_a_bulletin_is_passed_on_as_it_is(page: httpx.Client, city: City) -> None:
    city.answers[f"/v1/bulletins/{ONE['id']}.txt"] = {"as": "it is"}
    got = page.get(f"/bulletins/{ONE['id']}.txt")
    assert (got.status_code, got.json()) == (200, {"as": "it is"})
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert page.get(f"/bulletins/{UUID(int=8)}.html").status_code == 404
    assert page.get(f"/bulletins/{ONE['id']}.exe").status_code == 422


def test_without_bulletins_or_without_quota_the_page_says_so(page: httpx.Client, city: City) -> None:
    city.answers["/v1/bulletins"] = []
    assert "talent bulletin 2019-12" in page.get("/bulletins").text
    city.down |= {"/v1/bulletins", f"/v1/bulletins/{ONE['id']}.html"}
    got = page.get("/bulletins")
    assert (got.status_code, "通报暂时无法显示" in got.text) == (503, True)
    assert page.get(f"/bulletins/{ONE['id']}.html").status_code == 503


WHOLE = ONE | {
    "kind": "bulletin",
    "text": "群消息一行",
    "content": {
        "edition": "2019-12",
        "known_at": "2020-01-07T01:00:00Z",
        "parked": 2,
        "city": [
            {
                "code": "T06",
                "name": {"zh": "技能人才", "en": "Skilled workers"},
                "period": "2018-2022",
                "amount": 100_000,
                "value": 41_873,
                "added": 873,
                "completion_percent": "41.8",
                "ahead_points": "1.87",
                "lamp": "green",
            }
        ],
        "previous": {
            "id": str(UUID(int=6)),
            "edition": "2019-11",
            "edition_no": 1,
            "as_of": "2019-11-30",
            "known_at": "2019-12-07T01:00:00Z",
        },
        "restatements": [
            {
                "code": "T06",
                "name": {"zh": "技能人才", "en": "Skilled workers"},
                "period": "2018-2022",
                "published": 41_000,
                "revised": 40_995,
                "causes": [{"cause": "revoked", "change": -5}],
                "units": [{"name": {"zh": "东湖区", "en": "Donghu District"}, "change": -5}],
            }
        ],
        "amounts_revised": [
            {
                "code": "T10",
                "name": {"zh": "洪城工匠", "en": "Craftsmen"},
                "amount_before": 60,
                "amount": 50,
                "effective_on": "2019-12-01",
                "document_no": "洪府发〔2019〕5号",
            }
        ],
        "silent": [{"zh": "安义县未报送", "en": "Anyi sent no report"}],
    },
}
UNFINISHED = {
    "status": 422,
    "title": "提交的内容有误",
    "errors": [{"pointer": "/edition", "detail": "该期尚未结束，不能通报"}],
}


def officer(page: httpx.Client, city: City) -> None:
    city.role = Role.BUREAU_OFFICER
    assert sign_in(page).status_code == 303


def test_an_officer_looks_at_an_edition_and_publishes_what_was_seen(page: httpx.Client, city: City) -> None:
    city.answers |= {"/v1/bulletins": [ONE], "POST /v1/bulletins": WHOLE}
    officer(page, city)
    form = {"csrf_token": token_in(page.get("/bulletins").text), "edition": "2019-12", "number": "", "issued_on": ""}
    seen = page.post("/bulletins/preview", data=form)
    assert (seen.status_code, city.requests[-1][1]) == (200, {"dry_run": "true"})
    text = Read(seen.text).text
    for said in (
        "预览，尚未发布",
        "第2版。",
        "有 2 条变更尚未处理",
        "41,000 40,995 −5 撤销 −5",
        "洪城工匠：60 调整为 50",
        "安义县未报送",
        "群消息一行",
    ):
        assert said in text, said
    hidden = {str(each["name"]): str(each["value"]) for each in Read(seen.text).all("input") if "value" in each}
    assert (hidden["edition"], hidden["number"]) == ("2019-12", "")
    sent = form | {"form_id": str(UUID(int=9)), "seen": hidden["seen"]}
    city.written.clear()
    unseen = page.post("/bulletins", data=sent | {"seen": "0" * 64})
    assert (unseen.status_code, "预览之后数字有变化" in unseen.text) == (409, True)
    assert [query for path, query, _ in city.requests if path == "/v1/bulletins"][-1] == {"dry_run": "true"}
    city.written.clear()
    for _ in range(2):  # a second click publishes nothing more: it is the same request to quota
        done = page.post("/bulletins", data=sent)
        assert (done.status_code, done.headers["location"]) == (303, f"/bulletins/{ONE['id']}")
    assert city.requests[-1][1] == {}
    assert [key for _, key, _ in city.written[1::2]] == [f'"{UUID(int=9)}"'] * 2
    assert city.written[-1][2] == {"edition": "2019-12"}


def test_what_cannot_be_published_comes_back_in_the_form(page: httpx.Client, city: City) -> None:
    city.answers["/v1/bulletins"] = [ONE]
    officer(page, city)
    form = {"csrf_token": token_in(page.get("/bulletins").text), "edition": "2030-01"}
    city.problems["POST /v1/bulletins"] = UNFINISHED
    for path in ("/bulletins/preview", "/bulletins"):
        refused = page.post(path, data=form)
        assert (refused.status_code, "该期尚未结束，不能通报" in refused.text) == (422, True)
        assert 'value="2030-01" aria-invalid="true"' in refused.text


def test_an_edition_stands_beside_the_one_before_and_others_publish_nothing(page: httpx.Client, city: City) -> None:
    city.answers |= {f"/v1/bulletins/{ONE['id']}.json": WHOLE | {"text": ""}, "/v1/bulletins": [ONE]}
    english = Read(page.get(f"/bulletins/{ONE['id']}?lang=en").text)
    assert "Skilled workers 2018–2022 41,000 40,995 −5 revoked −5" in english.text
    assert f"/bulletins/{UUID(int=6)}" in {each["href"] for each in english.all("a")}
    assert Read(page.get("/bulletins").text).all("form") == []
