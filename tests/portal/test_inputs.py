"""Slips at the portal's addresses: a page that was asked for wrongly never shows something else."""

import httpx


def test_u05_an_unknown_parameter_is_refused_in_words(page: httpx.Client) -> None:
    """A page for a person, a problem that names the slip for a program."""
    wrong = page.get("/?asof=2019-12-31&lang=zh")
    assert (wrong.status_code, "内容没有被接受" in wrong.text) == (422, True)
    program = page.get("/?asof=2019-12-31", headers={"Accept": "application/json"})
    assert [each["code"] for each in program.json()["errors"]] == ["parameter_unknown"]
    assert page.get("/?as_of=2019-12-31&lang=en").status_code == 200
    assert page.get("/livez?verbose=1").status_code == 422


def test_u09_a_page_has_a_head_and_a_list_of_its_methods(page: httpx.Client) -> None:
    head = page.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert page.post("/").headers["allow"] == "GET, HEAD"


def test_u15_a_day_is_read_in_every_form_here_too(page: httpx.Client) -> None:
    for day in ("20191231", "2019年12月31日", "2019/12/31"):
        assert page.get("/", params={"as_of": day}).status_code == 200
    for wrong in ("2019-02-29", "0001-01-01", "2019-12-31\x00", "x"):
        assert page.get("/", params={"as_of": wrong}).status_code == 422


def test_u01_no_page_takes_what_it_cannot_mean(page: httpx.Client) -> None:
    for path in ("/?lang=%00", "/?lang=" + "x" * 61, "/?as_of=" + "1" * 5000):
        assert page.get(path).status_code == 422
