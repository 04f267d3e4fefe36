"""What people state and a person has to look at: names that are none, numbers a spreadsheet damaged, parts of names."""

from typing import Any
from uuid import UUID

import pytest
from stdnum.cn import uscc

from services.registry.subjects.models.people import Person
from services.registry.subjects.rules.characters import looks_truncated
from services.registry.subjects.rules.names import name_faults, name_notes, stored_name
from services.registry.subjects.rules.organisations import Uscc, read_uscc
from shared.vault import vault
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post
from tests.registry.subjects.reading import codes, document, with_check

A, B = "institution-a-clerk", "institution-b-clerk"
CUT = "360101198501012000"  # the check digit fits by chance


def stated(registry: Registry, name: str, programme: str = "dual-qualified-teachers", **changes: Any) -> Any:
    return registry.post(A, "/v1/registrations", person(1, programme, subject={"name": name}, **changes))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('=HYPERLINK("http://x.example","点我")', "formula"),
        ("＝CMD|' /C calc'!A0", "formula"),
        ("+张三", "formula"),
        ("-张三", "formula"),
        ("@SUM(A1)", "formula"),
        ("'=A1+B", "formula"),
        ("无", "no_name"),
        ("（未知）", "no_name"),
        ("某某", "no_name"),
        ("NULL", "no_name"),
        ("#N/A", "no_name"),
        ("xxx", "no_name"),
        ("张三\U0001f600", "picture"),
        ("❤️张三", "picture"),
        ("1️⃣张", "picture"),
    ],
)
def test_u10_what_is_no_name_is_refused(name: str, code: str) -> None:
    assert [(fault.pointer, fault.code) for fault in name_faults(name)] == [("/name", code)]


@pytest.mark.parametrize(
    "name", ["测试123", "张\ue000", "张*", "张某", "李某某", "<b>张三</b>", "张三;", "www.x.cn", "张\u0378"]
)
def test_u10_an_unusual_name_asks_for_a_persons_eyes(name: str) -> None:
    assert name_faults(name) == ()
    assert [(note.code, note.severity) for note in name_notes(name, "person")] == [("unusual_name", "warning")]


@pytest.mark.parametrize(
    "name",
    ["张三", "阿依古丽·买买提", "O'Brien, Anne-Marie", "J.R. Smith", "𠮷野", "张〇", "龙\U000e0100", "张三（女）"],
)
def test_u10_usual_names_of_people_raise_nothing(name: str) -> None:
    assert (name_faults(name), name_notes(name, "person")) == ((), ())


@pytest.mark.parametrize(
    "name", ["南昌市第2中学", "3M中国有限公司", "ABB（中国）有限公司", "车工1岗", "C++开发岗", "R&D中心#2"]
)
def test_u10_organisations_and_posts_may_have_digits(name: str) -> None:
    assert (name_faults(name), name_notes(name, "organisation")) == ((), ())
    assert [note.code for note in name_notes(f"{name}\ue000", "post")] == ["unusual_name"]
    assert [note.code for note in name_notes(f"{name} http://x.example", "post")] == ["unusual_name"]


def test_u10_no_such_name_recognises_itself(registry: Registry) -> None:
    refused = stated(registry, '=HYPERLINK("http://x.example","点我")')
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject/name")
    assert "HYPERLINK" not in refused.text
    waits = stated(registry, "测试123").json()
    assert (waits["state"], [each["code"] for each in waits["warnings"]]) == ("submitted", ["unusual_name"])
    for body in (organisation(1, subject={"name": "无"}), post(1, subject={"name": "=A1"})):
        assert registry.post(A, "/v1/registrations", body).status_code == 422


@pytest.mark.parametrize("tail", ["100", "200", "900"])
def test_u13_a_number_that_ends_in_000_waits_for_a_person(registry: Registry, tail: str) -> None:
    """Whatever the date, the place or the sequence: what a spreadsheet cuts may fit its check digit by chance."""
    days = (f"1985{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29))
    number = next(n for n in (with_check(f"360101{day}{tail}") for day in days) if n.endswith("000"))
    waits = registry.register(id_number=number, fact_date="2019-07-01").json()
    assert (waits["state"], [each["code"] for each in waits["warnings"]]) == ("submitted", ["looks_truncated"])
    assert number[6:] not in str(waits["warnings"])


def test_u13_a_draft_and_an_amended_number_wait_as_well(registry: Registry) -> None:
    draft = registry.register(submit=False).json()
    path = f"/v1/registrations/{draft['id']}"
    subject = {"kind": "person", "name": "赵植树", "id_number": CUT}
    amended = registry.ask(A, "PATCH", path, {"subject": subject}, If_Match='"1"').json()
    assert [each["code"] for each in amended["warnings"]] == ["looks_truncated"]
    assert registry.act(A, draft["id"], "submit").json()["state"] == "submitted"


@pytest.mark.parametrize(
    ("body", "id_type"),
    [("36010119850101200", "resident_id"), ("81000019850101", "hmt_permit"), ("93684019900101", "foreign_pr")],
)
def test_u13_every_kind_of_number_that_a_cell_can_damage(body: str, id_type: str) -> None:
    sequences = [""] if len(body) == 17 else [f"{n}00" for n in range(1, 10)]
    years = [body] if len(body) == 17 else [f"{body[:6]}{year}{body[10:]}" for year in range(1950, 2005)]
    cut = next(n for n in (with_check(year + s) for year in years for s in sequences) if n.endswith("000"))
    assert ("looks_truncated", "warning") in codes(document(cut, id_type))


def test_u13_the_nearest_value_that_a_program_reads_from_the_cell() -> None:
    """A sheet keeps ...990000 of a number; read as a number and written in full it is ...989984."""
    cells = [360101_1985_01_01_0000 + 10_000 * day + 1000 * n for day in range(28) for n in range(1, 10)]
    read_back = {str(int(float(cell))) for cell in cells}
    assert all(looks_truncated(number) for number in read_back if number[14] != "0")
    assert any(not number.endswith("000") for number in read_back)


@pytest.mark.parametrize("number", ["36010119900101002X", "360101199001010011", "E12345000", "12345000", "H12345000"])
def test_u13_whole_numbers_raise_nothing(number: str) -> None:
    assert not looks_truncated(number)


def test_u13_a_code_of_an_organisation_or_a_post_in_digits_alone(registry: Registry) -> None:
    bodies = (f"91360100{n:08}" for n in range(1, 100_000))
    whole = (body + inner for body in bodies for inner in "0")
    code = next(c for c in (each + uscc.calc_check_digit(each) for each in whole) if c.endswith("000") and fits(c))
    waits = registry.post(A, "/v1/registrations", organisation(1, "social-work-bases", subject={"uscc": code})).json()
    assert [each["code"] for each in waits["warnings"]] == ["looks_truncated"]
    assert waits["state"] != "recognised"
    held = registry.post(A, "/v1/registrations", post(1, subject={"post_code": "201912345678901000"})).json()
    assert "looks_truncated" in [each["code"] for each in held["warnings"]]


def fits(code: str) -> bool:
    return isinstance(read_uscc(code), Uscc)


POINTS = "•・･‧∙⋅·.．･"


@pytest.mark.parametrize("point", [*POINTS, " • ", "・・", "\u200b·"])
def test_x06_the_parts_of_a_name_are_set_apart_by_one_point(point: str) -> None:
    assert stored_name(f"阿依古丽{point}买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize("name", ["J.R. Smith", "St. John", "李•", "测试 甲", "O'Brien"])
def test_x06_other_signs_stay_as_they_were_written(name: str) -> None:
    assert stored_name(f" {name} ") == name


@pytest.mark.parametrize("point", ["•", "・", "."])
def test_x06_a_name_is_stored_with_the_point_of_the_standard(registry: Registry, point: str) -> None:
    made = stated(registry, f"阿依古丽{point}买买提").json()
    assert [each["code"] for each in made["warnings"]] == []
    shown = registry.post("auditor", f"/v1/registrations/{made['id']}/unmask", {"purpose": "核对姓名"})
    assert shown.json()["subject"]["name"] == "阿依古丽·买买提"
    again = stated(registry, "阿依古丽·买买提", "village-graduates")
    assert "name_differs" not in again.text
    body = organisation(2, subject={"name": f"测试{point}单位"})
    assert registry.post(A, "/v1/registrations", body).json()["subject"]["name"] == "测试·单位"


def test_x06_a_name_stored_before_is_read_with_it(registry: Registry) -> None:
    made = stated(registry, "阿依古丽·买买提").json()
    with registry.context.database.writing() as session:
        row = session.get_one(Person, UUID(made["subject_ref"]))
        context = f"person|{row.id}"
        row.sealed = vault("registry").seal(vault("registry").unseal(row.sealed, context).replace("·", "•"), context)
    shown = registry.post("auditor", f"/v1/registrations/{made['id']}/unmask", {"purpose": "核对姓名"})
    assert shown.json()["subject"]["name"] == "阿依古丽·买买提"
