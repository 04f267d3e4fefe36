"""Columns that an institution calls by its own words: named once, remembered, shown and forgotten again."""

from tests.registry.conftest import Registry
from tests.registry.imports.files import HEADER, A, B, counts, csv_of, imported, read, row, run, upload

OWN = ("人员", "身份证件", "填报单位", "报到日", "就业形式", "工号")
NAMED = {"人员": "/subject/name", "身份证件": "/subject/id_number", "报到日": "/fact_date", "工号": "/external_ref"}


def own_file(*numbers: int) -> bytes:
    """A file with the institution's own header."""
    usual_of = dict(zip(OWN, HEADER, strict=True))
    return csv_of([{own: row(n)[usual] for own, usual in usual_of.items()} | {"工号": f"W{n}"} for n in numbers], OWN)


def named(columns: dict[str, str]) -> dict[str, object]:
    return {"columns": [{"wording": wording, "field": field or None} for wording, field in columns.items()]}


def test_a_header_that_nobody_knows_is_named_and_the_file_read_again(registry: Registry) -> None:
    shown = imported(registry, own_file(1, 2), dry_run="true")
    assert (shown["state"], shown["failure"]["code"]) == ("failed", "column_missing")
    path = f"/v1/imports/{shown['id']}/columns"
    columns = registry.get(A, path).json()
    assert [(each["letter"], each["wording"]) for each in columns["columns"]] == [*zip("ABCDEF", OWN, strict=True)]
    assert {"field": "/fact_date", "name": "事实发生日期", "required": True} in columns["fields"]
    assert registry.post(B, path, named(NAMED)).status_code == 404
    assert registry.post("bureau", path, named(NAMED)).status_code == 403
    assert registry.post(A, path, named({"报到日": "/nowhere"})).json()["errors"][0]["pointer"] == "/columns/0/field"
    assert registry.post(A, path, named(NAMED)).status_code == 202
    run(registry)
    again = read(registry, shown["id"])
    assert (again["state"], counts(again)) == ("previewed", (2, 0, 0, 0))
    registry.post(A, f"/v1/imports/{shown['id']}/commit")
    run(registry)
    refs = {each["external_ref"] for each in registry.get(A, "/v1/registrations").json()["items"]}
    assert refs == {"W1", "W2"}


def test_what_was_named_is_remembered_for_the_institution_and_programme_alone(registry: Registry) -> None:
    form = {"columns": registry.http.build_request("POST", "/", json=named(NAMED)).content.decode()}
    assert upload(registry, own_file(1), form=form).status_code == 202
    run(registry)
    assert counts(imported(registry, own_file(1, 2))) == (1, 1, 0, 0)
    assert imported(registry, own_file(3), B)["state"] == "failed"
    assert imported(registry, own_file(3), programme="top-talent")["state"] == "failed"
    kept = registry.get(A, "/v1/column-wordings?programme=youth-intake").json()["items"]
    assert {each["wording"]: each["field"] for each in kept} == NAMED
    assert registry.get(B, "/v1/column-wordings").json()["items"] == []
    path = next(f"/v1/column-wordings/{each['id']}" for each in kept if each["wording"] == "报到日")
    assert [registry.ask(name, "DELETE", path).status_code for name in (B, A, A)] == [404, 200, 404]
    assert imported(registry, own_file(3))["failure"]["code"] == "column_missing"


def test_a_header_of_which_nothing_is_known_is_still_shown(registry: Registry) -> None:
    shown = imported(registry, "甲列,乙列,丙列\n1,2,3\n".encode(), dry_run="true")
    columns = registry.get(A, f"/v1/imports/{shown['id']}/columns").json()["columns"]
    assert (shown["failure"]["code"], [each["wording"] for each in columns]) == (
        "header_missing", ["甲列", "乙列", "丙列"],
    )  # fmt: skip
    assert registry.post(A, f"/v1/imports/{shown['id']}/columns", {"columns": "x"}).status_code == 422
    bad = upload(registry, own_file(1), form={"columns": "["})
    assert bad.json()["errors"][0]["pointer"] == "/columns"
