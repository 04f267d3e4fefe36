"""Published bulletins in the portal: listed, opened as quota made them, and what is said when there are none."""

from uuid import UUID

import httpx

from tests.portal.conftest import City

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
