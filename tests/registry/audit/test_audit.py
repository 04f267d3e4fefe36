"""The audit trail: what stands in it, that it goes with the act, and that no change of it stays unseen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session

from shared.contracts.audit import BEGINNING, AuditEntry, Flaw, flaws
from shared.service_tables import audit_entries
from tests.registry.conftest import Registry, person
from tests.registry.subjects import organisation

CLERK, OTHER, BUREAU, SECOND, AUDITOR = "institution-a-clerk", "institution-b-clerk", "bureau", "bureau-2", "auditor"
NUMBER, NAME = "360101199001010011", "赵植树"


def read(registry: Registry, **query: str) -> Iterator[AuditEntry]:
    """The trail as an auditor reads it, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        parameters = "&".join(
            f"{name}={value}" for name, value in (query | {"cursor": cursor} if cursor else query).items()
        )
        page = registry.get(AUDITOR, f"/v1/audit?{parameters}").json()
        yield from map(AuditEntry.model_validate, page["items"])
        cursor = page["next"]


def trail(registry: Registry, **query: str) -> list[AuditEntry]:
    """All of it, or of what was asked for, three entries a page."""
    return list(read(registry, limit="3", **query))


def in_short(entries: list[AuditEntry]) -> list[tuple[str, str | None, str]]:
    return [(each.action, each.object, each.outcome) for each in entries]


def fresh(registry: Registry) -> Callable[[], list[AuditEntry]]:
    """What has come to the trail since this was called."""
    known = next((each.sequence for each in read(registry, newest="true", limit="1")), 0)

    def since() -> list[AuditEntry]:
        backwards = read(registry, newest="true", limit="10")
        return [*takewhile(lambda each: each.sequence > known, backwards)][::-1]

    return since


def test_every_act_has_an_entry_with_who_what_and_what_came_of_it(registry: Registry) -> None:
    since = fresh(registry)
    held = registry.register().json()["id"]
    registry.act(BUREAU, held, "revoke", reason="材料不实")
    registry.act(SECOND, held, "revoke", reason="材料不实")
    entries = since()
    assert in_short(entries) == [("register", held, "done"), ("revoke", held, "awaiting"), ("revoke", held, "done")]
    ours = registry.credentials[CLERK]
    first, _, last = entries
    assert (first.by, first.role, str(first.institution_id)) == (
        ours["client_id"],
        "institution_clerk",
        ours["institution_id"],
    )
    assert (last.by, last.institution_id, last.version) == (registry.credentials[SECOND]["client_id"], None, 2)


def test_the_trail_is_read_of_some_days_and_from_its_end(registry: Registry) -> None:
    """Days are the bureau's, both included; the same entries either way around, page by page."""
    registry.register()
    every = trail(registry)
    assert trail(registry, newest="true") == every[::-1]
    with registry.context.database.writing() as session:
        early = [each.sequence for each in every[: len(every) // 2]]
        moved = {"at": datetime(2019, 3, 1, 15, 59, 59, tzinfo=UTC)}  # the last second of 1 March in Shanghai
        session.execute(update(audit_entries).where(audit_entries.c.sequence.in_(early)).values(moved))
    assert [each.sequence for each in trail(registry, day_to="2019-03-01")] == early
    assert [each.sequence for each in trail(registry, day_from="2019-03-02")] == [
        each.sequence for each in every[len(early) :]
    ]
    assert trail(registry, day_from="2019-03-02", day_to="2019-03-03") == []
    assert [each.sequence for each in trail(registry, day_from="2019-03-01", day_to="2019-03-01")] == early


def test_every_item_of_a_batch_has_an_entry(registry: Registry) -> None:
    since = fresh(registry)
    items = [organisation(1), organisation(2), organisation(1)]
    posted = registry.post(CLERK, "/v1/registrations/batch", {"items": items}).json()["items"]
    ids = [each["registration"]["id"] for each in posted[:2]]
    assert in_short(since()) == [
        ("register", ids[0], "done"),
        ("register", ids[1], "done"),
        ("register", None, "already-registered"),
    ]


def test_refusals_are_on_record_once_wherever_they_were_made(registry: Registry) -> None:
    """By a command, by a rule of the body, by the role, by the institution's walls; and under the answer's own id."""
    held = registry.register().json()["id"]
    since = fresh(registry)
    answers = [
        registry.register(),
        registry.post(CLERK, "/v1/registrations", {"programme": 7}),
        registry.act("leader", held, "revoke", reason="x"),
        registry.get(OTHER, f"/v1/registrations/{held}"),
        registry.act(CLERK, held, "recognise"),
    ]
    entries = since()
    assert in_short(entries) == [
        ("register", None, "already-registered"),
        ("register", None, "invalid"),
        ("transition", held, "forbidden"),
        ("registration", held, "not-found"),
        ("recognise", held, "forbidden"),
    ]
    assert [str(each.request) for each in entries] == [answer.headers["x-request-id"] for answer in answers]


def test_an_answer_given_again_is_on_record_too(registry: Registry) -> None:
    key = {"Idempotency_Key": "a"}
    held = registry.post(CLERK, "/v1/registrations", person(), **key).json()["id"]
    since = fresh(registry)
    registry.post(BUREAU, f"/v1/registrations/{held}/unmask", {"purpose": "核对申报材料"}, **key)
    registry.post(BUREAU, f"/v1/registrations/{held}/unmask", {"purpose": "核对申报材料"}, **key)
    registry.post(CLERK, "/v1/registrations", person(), **key)
    registry.post(CLERK, "/v1/registrations", organisation(), **key)
    assert in_short(since()) == [
        ("unmask", held, "done"),
        ("unmask", held, "replayed"),
        ("register", None, "replayed"),
        ("register", None, "idempotency-key-reused"),
    ]


def test_clear_values_are_shown_for_a_purpose_that_is_kept(registry: Registry) -> None:
    held = registry.register().json()["id"]
    path = f"/v1/registrations/{held}/unmask"
    since = fresh(registry)
    shown = registry.post(AUDITOR, path, {"purpose": "年度抽查第3号"}).json()
    assert shown["registration_id"] == held
    assert (shown["subject"]["name"], shown["subject"]["id_number"]) == (NAME, NUMBER)
    (entry,) = since()
    assert (entry.action, entry.object, entry.purpose) == ("unmask", held, "年度抽查第3号")
    for purpose in ("", "  ", None):
        assert registry.post(AUDITOR, path, {"purpose": purpose}).status_code == 422
    assert registry.get(BUREAU, f"/v1/registrations/{held}").json()["subject"]["name"] != NAME


def test_what_an_organisation_is_needs_no_hiding_and_is_on_record_all_the_same(registry: Registry) -> None:
    held = registry.post(CLERK, "/v1/registrations", organisation()).json()
    shown = registry.post(BUREAU, f"/v1/registrations/{held['id']}/unmask", {"purpose": "核对申报材料"}).json()
    assert shown["subject"]["uscc"] == held["subject"]["uscc"]


def test_nothing_personal_stands_in_the_trail(registry: Registry) -> None:
    held = registry.register(township="扬子洲镇").json()["id"]
    registry.post(AUDITOR, f"/v1/registrations/{held}/unmask", {"purpose": "核对申报材料"})
    registry.get(CLERK, f"/v1/registrations/{NUMBER}")
    with registry.context.database.reading() as session:
        rows = repr(session.execute(select(audit_entries)).all())
    assert not [value for value in (NUMBER, NAME, NUMBER[6:14], "扬子洲镇") if value in rows]


def test_one_can_ask_for_a_client_or_an_object(registry: Registry) -> None:
    held = registry.register().json()["id"]
    registry.act(BUREAU, held, "suspend", reason="核查")
    assert [each.action for each in trail(registry, object=held)] == ["register", "suspend"]
    clerk = registry.credentials[CLERK]["client_id"]
    assert {each.by for each in trail(registry, by=clerk)} == {clerk}
    assert {each.action for each in trail(registry, action="suspend")} == {"suspend"}


def test_the_encoding_of_an_entry_is_fixed_for_ever() -> None:
    entry = AuditEntry(
        sequence=7,
        at=datetime(2019, 7, 1, 8, 30, 0, 5, tzinfo=UTC),
        by="bureau",
        role="bureau_officer",
        institution_id=None,
        action="revoke",
        object="01890000-0000-7000-8000-000000000000",
        version=3,
        outcome="done",
        purpose="抽查",
        request=UUID(int=1),
        hash="",
    )
    assert entry.digest(BEGINNING) == "de5d5dbf3a7ca3fd9958f8c57e7e38dfa225e871aa0cba4092373e5aa4191860"


def some_acts(registry: Registry) -> list[tuple[int, str]]:
    """A few acts, and the checkpoint after them."""
    for number in range(1, 7):
        registry.post(CLERK, "/v1/registrations", organisation(number))
    point = registry.get("operator", "/v1/audit/checkpoint").json()
    return [(point["sequence"], point["hash"])]


def test_a_trail_that_nobody_touched_is_in_order(registry: Registry) -> None:
    points = some_acts(registry)
    assert list(flaws(trail(registry), points)) == []
    registry.post(CLERK, "/v1/registrations", organisation(7))
    assert list(flaws(trail(registry), points)) == []


def another_outcome(session: Session, last: int) -> None:
    session.execute(update(audit_entries).where(audit_entries.c.sequence == last - 2).values(outcome="forbidden"))


def another_time(session: Session, last: int) -> None:
    session.execute(
        update(audit_entries).where(audit_entries.c.sequence == last - 2).values(at=datetime(2019, 1, 1, tzinfo=UTC))
    )


def removed(session: Session, last: int) -> None:
    session.execute(delete(audit_entries).where(audit_entries.c.sequence == last - 2))


def removed_and_closed_up(session: Session, last: int) -> None:
    removed(session, last)
    for sequence in (last - 1, last):
        session.execute(update(audit_entries).where(audit_entries.c.sequence == sequence).values(sequence=sequence - 1))


def swapped(session: Session, last: int) -> None:
    for old, new in ((last - 2, 0), (last - 1, last - 2), (0, last - 1)):
        session.execute(update(audit_entries).where(audit_entries.c.sequence == old).values(sequence=new))


def cut(session: Session, last: int) -> None:
    session.execute(delete(audit_entries).where(audit_entries.c.sequence > last - 2))


def made_anew(session: Session, last: int) -> None:
    """Somebody who can write the database gives every entry from a changed one on the hash that fits."""
    rows = session.execute(select(audit_entries).order_by(audit_entries.c.sequence)).all()
    before = BEGINNING
    for row in rows:
        entry = AuditEntry.model_validate(row)
        if entry.sequence == last - 2:
            entry = entry.model_copy(update={"by": "somebody-else"})
        before = entry.digest(before)
        values: dict[str, Any] = {"by": entry.by, "hash": before}
        session.execute(update(audit_entries).where(audit_entries.c.sequence == entry.sequence).values(**values))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (another_outcome, [(-2, "altered")]),
        (another_time, [(-2, "altered")]),
        (removed, [(-2, "missing")]),
        (removed_and_closed_up, [(-2, "altered"), (-1, "altered"), (0, "cut")]),
        (swapped, [(-2, "altered"), (-1, "altered"), (0, "altered")]),
        (cut, [(-1, "cut")]),
        (made_anew, [(0, "not_as_signed")]),
    ],
)
def test_whoever_changes_the_trail_is_found(
    registry: Registry, tamper: Callable[[Session, int], None], found: list[tuple[int, str]]
) -> None:
    ((last, hash_),) = some_acts(registry)
    with registry.context.database.writing() as session:
        tamper(session, last)
    assert list(flaws(trail(registry), [(last, hash_)])) == [Flaw(last + place, kind) for place, kind in found]


def test_without_a_checkpoint_a_cut_does_not_show(registry: Registry) -> None:
    """Which is why they are written down elsewhere."""
    ((last, _),) = some_acts(registry)
    with registry.context.database.writing() as session:
        cut(session, last)
    assert list(flaws(trail(registry), [])) == []
