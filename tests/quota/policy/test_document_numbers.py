"""Document numbers that officers and departments type, in the one form in which they are kept."""

from typing import Any

from sqlalchemy import select

from services.quota.quotas.models import QUOTA, REVISION, AppliedDocument
from shared.auth import Role
from shared.db import Database, table_of
from tests.quota.conftest import Site
from tests.quota.given import apply, nanchang
from tests.quota.own import OWN

POLICY = "洪府发[2018]第39号"


def test_x07_every_document_number_is_kept_in_one_form(site: Site) -> None:
    """Of a revision, whose second officer types it otherwise, a split, an indicator's value and a bulletin."""
    number, kept = "洪人社字[2019]第03号", "洪人社字〔2019〕3号"
    quota = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/quotas", OWN).json()["id"]
    wanted: dict[str, Any] = {"amount": 6, "effective_on": "2019-07-01"}
    for officer, written in (("a", number), ("b", "洪人社字（2019）3号")):
        path = f"/v1/quotas/{quota}/revisions"
        answer = site.ask(officer, "POST", path, wanted | {"document_no": written})
        assert answer.status_code in (200, 201, 202), answer.text
    with site.database.reading() as session:
        revisions = session.execute(select(REVISION.c.amount, REVISION.c.document_no)).all()
    assert [document_no for amount, document_no in revisions if (amount, document_no) == (6, kept)] == [kept]
    assert number not in {document_no for _, document_no in revisions}
    split = {"shares": {"donghu": 2}, "document_no": number}
    (share,) = site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/quotas/{quota}/allocation", split).json()["shares"]
    assert share["document_no"] == kept
    indicator = next(each["id"] for each in site.get("/v1/indicators").json()["items"] if each["unit"] == "%")
    value = {"value": "60%", "as_of": "2019-12-31", "source": "统计部门", "reported_on": "2020-01-08"}
    reported = site.ask(
        Role.BUREAU_OFFICER, "POST", f"/v1/indicators/{indicator}/values", value | {"document_no": number}
    )
    assert reported.json()["document_no"] == kept
    published = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", {"edition": "2019-12", "number": number})
    assert published.json()["number"] == kept


def test_x07_a_pack_that_was_taken_down_as_typed_lays_nothing_down_twice(empty: Database) -> None:
    """Its quotas have their identity of that number."""
    content = nanchang().model_dump(mode="json")
    older = nanchang().model_copy(update={"document": nanchang().document.model_copy(update={"number": POLICY})})
    apply(empty, older)
    with empty.writing() as session:
        session.execute(table_of(AppliedDocument).update().values(document_no=POLICY))
        session.execute(QUOTA.update().values(document_no=POLICY))
    content["document"]["number"] = POLICY
    again = apply(empty, type(older).model_validate(content))
    assert again.changes == []
    with empty.reading() as session:
        assert set(session.execute(select(QUOTA.c.document_no)).scalars()) == {POLICY}
