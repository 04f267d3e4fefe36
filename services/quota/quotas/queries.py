"""Named reads of quotas and policy documents, and the lock of counting."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlmodel import Session, col

from services.quota.quotas.models import QUOTA, AppliedDocument, PendingRevision, Quota, Revision
from services.quota.quotas.rules import overlap
from shared.among import has_any
from shared.contracts.duplicates import Relation
from shared.contracts.places import Follows, successors
from shared.contracts.policy import PolicyPack, ReportingUnit, Succession
from shared.cursors import cursor_unknown
from shared.db import dialect_of
from shared.periods import written_period
from shared.problems import Fault, InvalidBody, Said

MOST = 2**63  # what a database holds in a number
COUNTING = 0x71756F7461  # names the advisory lock of counting


def lock_counting(session: Session, *, exclusive: bool) -> None:
    """Lock counting until the transaction ends: shared for batches that count, exclusive for whatever decides.

    Batches count side by side, but never while a quota is laid down: its first recount would miss them. SQLite has one
    writer anyhow; on PostgreSQL this is an advisory lock.
    """
    if dialect_of(session) == "postgresql":
        lock = func.pg_advisory_xact_lock if exclusive else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(COUNTING)))


def that_count(session: Session, programmes: Collection[str]) -> list[Quota]:
    """The quotas to which registrations in these programmes may belong, or whose heads they take, in a fixed order."""
    concerned = or_(has_any(session, QUOTA.c.programmes, programmes), has_any(session, QUOTA.c.rivals, programmes))
    statement = select(Quota).where(concerned).order_by(QUOTA.c.starts_on, QUOTA.c.code, QUOTA.c.id)
    return list(session.execute(statement).scalars())


def by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, Quota]:
    """These quotas by their ids, as far as there are any."""
    return {quota.id: quota for quota in session.execute(select(Quota).where(col(Quota.id).in_(list(ids)))).scalars()}


def every(session: Session) -> dict[UUID, Quota]:
    """All quotas, by their ids."""
    return {quota.id: quota for quota in session.execute(select(Quota)).scalars()}


def of_document(session: Session, document_no: str) -> Sequence[Quota]:
    """The quotas that a policy document laid down."""
    return session.execute(select(Quota).where(col(Quota.document_no) == document_no)).scalars().all()


def page(
    session: Session, programme: str | None, unit: str | None, after: list[Any] | None, limit: int
) -> Sequence[Quota]:
    """At most `limit` quotas by period, code and id, after a cursor; InvalidBody for that of another list."""
    statement = select(Quota).order_by(QUOTA.c.starts_on, QUOTA.c.code, QUOTA.c.id).limit(limit)
    if programme is not None:
        statement = statement.where(QUOTA.c.programme == programme)
    if unit is not None:
        statement = statement.where(QUOTA.c.unit == unit)
    if last := place(after, date.fromisoformat, code, UUID):
        statement = statement.where(tuple_(QUOTA.c.starts_on, QUOTA.c.code, QUOTA.c.id) > tuple_(*last))
    return session.execute(statement).scalars().all()


def revisions(session: Session, quotas: Collection[UUID]) -> dict[UUID, list[Revision]]:
    """Every amount that some quotas have had (目标调整), by quota, the first one first; each has a list."""
    found: dict[UUID, list[Revision]] = {quota: [] for quota in quotas}
    statement = select(Revision).where(col(Revision.quota_id).in_(list(quotas))).order_by(col(Revision.generation))
    for row in session.execute(statement).scalars():
        found[row.quota_id].append(row)
    return found


def shares(session: Session, quotas: Collection[UUID]) -> list[Quota]:
    """The shares that units were given of some quotas of the city (任务分解), by unit."""
    statement = select(Quota).where(col(Quota.parent_id).in_(list(quotas))).order_by(col(Quota.unit), col(Quota.id))
    return list(session.execute(statement).scalars())


def overlapping(
    session: Session, programme: str, unit: str | None, starts_on: date, ends_on: date | None
) -> list[Quota]:
    """Quotas for the same programme and unit whose period shares a day with this one; what only counts is none."""
    statement = select(Quota).where(
        QUOTA.c.programme == programme,
        QUOTA.c.unit.is_(None) if unit is None else QUOTA.c.unit == unit,
        QUOTA.c.amount > 0,
    )
    same = session.execute(statement).scalars()
    return [each for each in same if overlap(each.starts_on, each.ends_on, starts_on, ends_on)]


def document_numbers(session: Session) -> Sequence[str]:
    """The numbers of the policy documents that are in force here, as they are kept."""
    return session.execute(select(col(AppliedDocument.document_no))).scalars().all()


def packs(session: Session) -> list[PolicyPack]:
    """Every policy document that is in force here."""
    return [PolicyPack.model_validate(pack) for pack in session.execute(select(col(AppliedDocument.pack))).scalars()]


def relations(session: Session) -> list[Relation]:
    """What the policies in force say of one subject in two programmes (计划间关系)."""
    return [relation for pack in packs(session) for relation in pack.relations]


def units_followed(session: Session, on: date) -> dict[str, Follows]:
    """By each unit that has ended, which one reports for it on a day and since when (区划调整)."""
    packs = session.execute(select(col(AppliedDocument.pack))).scalars().all()
    units = [ReportingUnit.model_validate(each) for pack in packs for each in pack["reporting_units"]]
    return successors(units, unit_successions(session), on)


def unit_successions(session: Session) -> list[Succession]:
    """Every succession of reporting units that the policies in force name."""
    packs = session.execute(select(col(AppliedDocument.pack))).scalars().all()
    return [Succession.model_validate(each) for pack in packs for each in pack["successions"]]


def called(session: Session, quota: Quota) -> Said:
    """What a quota is called beside others: unit or the whole city, programme, period; unnamed ones by their code."""
    packs = session.execute(select(col(AppliedDocument.pack))).scalars().all()

    def name(part: str, code: str) -> Said:
        named = (each for pack in packs for each in pack[part] if each["code"] == code)
        return next((Said(each["name_zh"], each["name_en"]) for each in named), Said(code, code))

    programme, period = name("programmes", quota.programme), written_period(quota.label)
    unit = name("reporting_units", quota.unit) if quota.unit else Said("全市", "the whole city")
    return Said(f"{unit.zh} · {programme.zh}（{period.zh}）", f"{programme.en}, {unit.en} ({period.en})")


def must_be_known(session: Session, programme: str | None, unit: str | None) -> None:
    """Raises InvalidBody for a programme or a unit that no policy document in force here names."""
    packs = session.execute(select(col(AppliedDocument.pack))).scalars().all()
    named = (("programme", programme, "programmes"), ("unit", unit, "reporting_units"))
    faults = [
        Fault(f"/{name}", f"unknown_{name}", Said("政策包中没有该代码", "is named by no policy in force"))
        for name, code, part in named
        if code is not None and code not in {each["code"] for pack in packs for each in pack[part]}
    ]
    if faults:
        raise InvalidBody(*faults)


def number(value: Any) -> int:
    """A number in a cursor: one that a database can hold. Raises ValueError for anything else."""
    if not isinstance(value, int) or not 0 <= value < MOST:
        raise ValueError
    return value


def code(value: Any) -> str:
    """A code in a cursor. Raises ValueError for anything else."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError
    return value


def place(after: list[Any] | None, *read: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """What a cursor holds, each part read in turn. Raises InvalidBody for the cursor of another list."""
    try:
        return None if after is None else tuple(each(part) for each, part in zip(read, after, strict=True))
    except (ValueError, TypeError, AttributeError):
        raise cursor_unknown() from None


def awaited(session: Session, quota: Quota) -> bool:
    """Whether a revision of the quota as it stands awaits a second officer (待第二人)."""
    pending = session.get(PendingRevision, quota.id)
    return pending is not None and pending.quota_version == quota.version


def state(session: Session) -> list[tuple[str, int]]:
    """What is in force: each quota in its version, and each document as it was applied last."""
    quotas = session.execute(select(QUOTA.c.id, QUOTA.c.version).order_by(QUOTA.c.id)).all()
    documents = session.execute(
        select(col(AppliedDocument.document_no), col(AppliedDocument.applied_at)).order_by(
            col(AppliedDocument.document_no)
        )
    ).all()
    return [
        *((str(quota_id), version) for quota_id, version in quotas),
        *((f"{number} {applied_at.isoformat()}", 0) for number, applied_at in documents),
    ]
