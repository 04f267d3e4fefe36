"""Documents of people as officers keep them: several of one person, corrected numbers, who checked what."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import person, resident_number

A, B = "institution-a-clerk", "institution-b-clerk"
PASSPORT = {"id_type": "passport", "id_number": "E12345678", "id_country": "USA"}
CARD = {"id_type": "foreign_pr", "id_number": "936840199001010024"}


def registered(registry: Registry, n: int = 1, by: str = A, **changes: Any) -> dict[str, Any]:
    answer = registry.post(by, "/v1/registrations", person(n, **changes))
    assert answer.status_code == 201, answer.text
    outcome: dict[str, Any] = answer.json()
    return outcome


def file(registry: Registry, subject: str, by: str = "bureau", **document: Any) -> Any:
    return registry.post(by, f"/v1/people/{subject}/documents", {"reason": "已核对原件"} | document)


def correct(registry: Registry, subject: str, document: str, number: str) -> Any:
    path = f"/v1/people/{subject}/documents/{document}/corrections"
    return registry.post("bureau", path, {"id_number": number, "reason": "公安机关更正号码"})


def documents(registry: Registry, subject: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.get("auditor", f"/v1/people/{subject}/documents").json()["items"]
    return found


def test_any_of_a_persons_documents_finds_the_person(registry: Registry) -> None:
    """The passport comes later; whoever registers with it registers the same person."""
    one = registered(registry, 1)
    assert file(registry, one["subject_ref"], **PASSPORT).status_code == 201
    passport = PASSPORT | {"birth_date": "1960-01-02"}
    again = registered(registry, by=B, programme="dual-qualified-teachers", subject=passport)
    assert again["subject_ref"] == one["subject_ref"]
    assert registry.post(B, "/v1/registrations", person(subject=passport)).status_code == 409
    for q in (PASSPORT["id_number"], resident_number(1)):
        assert {
            each["id"] for each in registry.post("bureau", "/v1/registrations/search", {"q": q}).json()["items"]
        } == {
            one["id"],
            again["id"],
        }


def test_a_document_is_shown_masked_with_who_checked_it(registry: Registry) -> None:
    subject = registered(registry, 1)["subject_ref"]
    assert [each["checked_by"] for each in documents(registry, subject)] == [None]
    filed = file(registry, subject, **PASSPORT, valid_from="2019-01-01", valid_to="2028-12-31").json()
    officer = registry.credentials["bureau"]["client_id"]
    assert (filed["id_number"], filed["checked_by"]) == ("*******78", officer)
    assert (filed["valid_from"], filed["valid_to"]) == ("2019-01-01", "2028-12-31")
    assert documents(registry, subject)[1] == {name: value for name, value in filed.items() if name != "warnings"}
    known = file(registry, subject, id_number=resident_number(1))
    assert (known.status_code, known.json()["checked_by"]) == (201, officer)
    assert len(documents(registry, subject)) == 2
    (first, second) = registry.get("bureau", f"/v1/people/{subject}/history").json()["items"]
    assert (first["action"], first["document_id"], first["by"]) == ("add_document", filed["id"], officer)
    assert second["document_id"] == known.json()["id"]


def test_what_is_odd_about_a_document_is_said_and_blocks_nothing(registry: Registry) -> None:
    subject = registered(registry, 1)["subject_ref"]
    odd = file(registry, subject, id_type="passport", id_number="X1234567", id_country="CHN")
    assert (odd.status_code, [each["code"] for each in odd.json()["warnings"]]) == (201, ["unusual_passport"])


def test_a26_a_passport_number_names_one_person_in_each_country(registry: Registry) -> None:
    """E12345678 of China and of nobody's country are two documents, and may be two people's."""
    one, other = registered(registry, 1)["subject_ref"], registered(registry, 2)["subject_ref"]
    for subject, country in ((one, "CHN"), (other, "XXX")):
        assert file(registry, subject, **PASSPORT | {"id_country": country}).status_code == 201
    refused = file(registry, other, **PASSPORT | {"id_country": "CHN"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/document-of-another")
    assert refused.json()["subject_ref"] == one
    assert len(documents(registry, other)) == 2


def test_a31_a_corrected_number_is_a_new_document_and_the_count_stays(registry: Registry) -> None:
    """The old number stays in the history and finds them, the unique key moves to the new one, nothing is announced."""
    one = registered(registry, 1)
    subject, outcome = one["subject_ref"], len(registry.events())
    (old,) = documents(registry, subject)
    new = correct(registry, subject, old["id"], resident_number(2))
    assert new.status_code == 201
    was, becomes = documents(registry, subject)
    assert (was["replaced_by"], was["replaced_at"]) == (new.json()["id"], becomes["checked_at"])
    assert becomes["replaced_at"] is None
    assert registry.get(A, f"/v1/registrations/{one['id']}").json()["version"] == 1
    assert len(registry.events()) == outcome
    refused = registry.post(B, "/v1/registrations", person(2))
    assert refused.status_code == 409  # the new number names the same person
    for q in (resident_number(1), resident_number(2)):
        assert [each["id"] for each in registry.post(A, "/v1/registrations/search", {"q": q}).json()["items"]] == [
            one["id"]
        ]
    actions = [each["action"] for each in registry.get("bureau", f"/v1/people/{subject}/history").json()["items"]]
    assert actions == ["correct_document"]
    assert correct(registry, subject, old["id"], resident_number(3)).json()["type"] == "/problems/document-replaced"


def test_a31_the_old_number_names_its_rightful_owner(registry: Registry) -> None:
    """Two people had one number (重号): after the correction the other is registered with it, as a person of their own.

    Whoever still uses it under the corrected person's name means that person, and the bureau is told.
    """
    one = registered(registry, 1)
    (old,) = documents(registry, one["subject_ref"])
    assert correct(registry, one["subject_ref"], old["id"], resident_number(2)).status_code == 201
    same = registered(registry, 1, by=B, programme="dual-qualified-teachers")
    assert same["subject_ref"] == one["subject_ref"]
    assert same["warnings"] == []  # to another institution it would tell that the person is known
    shown = registry.get("bureau", f"/v1/registrations/{same['id']}").json()
    assert [each["code"] for each in shown["warnings"]] == ["number_corrected"]
    owner = registered(registry, 1, by=B, subject={"name": "钱植树"})
    assert owner["subject_ref"] != one["subject_ref"]
    assert (
        registered(registry, 1, by=B, programme="village-graduates", subject={"name": "钱植树"})["subject_ref"]
        == (owner["subject_ref"])
    )


def test_a14_a_number_of_15_digits_is_no_document_to_file(registry: Registry) -> None:
    subject, number = registered(registry, 1)["subject_ref"], resident_number(1)
    refused = file(registry, subject, id_number=number[:6] + number[8:17])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "legacy_number")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"id_number": resident_number(1)[:17] + "@"}, "/id_number"),
        (PASSPORT | {"id_country": "Utopia"}, "/id_country"),
        ({"id_number": resident_number(1), "valid_from": "2020-01-02", "valid_to": "2020-01-01"}, "/valid_to"),
        ({"id_number": resident_number(1), "reason": " "}, "/reason"),
    ],
)
def test_a_document_that_cannot_be_is_refused_field_by_field(
    registry: Registry, document: dict[str, Any], pointer: str
) -> None:
    subject = registered(registry, 1)["subject_ref"]
    refused = file(registry, subject, **document)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])
    assert documents(registry, subject)[0]["checked_by"] is None


def test_nobodys_documents_are_not_found(registry: Registry) -> None:
    one, other = registered(registry, 1)["subject_ref"], registered(registry, 2)["subject_ref"]
    nobody = "01890000-0000-7000-8000-000000000000"
    assert file(registry, nobody, **PASSPORT).status_code == 404
    assert registry.get("bureau", f"/v1/people/{nobody}/documents").status_code == 404
    assert correct(registry, one, documents(registry, other)[0]["id"], resident_number(3)).status_code == 404
