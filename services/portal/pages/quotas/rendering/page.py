"""One quota as a page shows it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from fastapi.responses import HTMLResponse

from services.portal.client.forms import FormError
from services.portal.pages.quotas.queries import lists, whole_quota
from services.portal.pages.quotas.rendering.forms import REVISION
from services.portal.pages.quotas.schemas import AmountThen, ListedQuota, SplitAnswer
from services.portal.shell.entries import labels_of
from services.portal.shell.figures import figure_values
from services.portal.shell.visits import Visit
from shared.auth import Role
from shared.days import read_date, written_day
from shared.problems import Language, Said

Rows = Sequence[tuple[str, str, str]]


def decides(visit: Visit) -> bool:
    """Whether it is for the visitor to lay down, revise and split; auditors look at it."""
    return visit.visitor.role is Role.BUREAU_OFFICER


async def shown_quota(
    visit: Visit, quota_id: UUID, status: int = 200, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    """The page of one quota, with what was wrong with an act on it."""
    whole, named = await asyncio.gather(whole_quota(visit.services, quota_id), lists(visit.services))
    quota, awaited = whole.quota, whole.awaited
    rows: Rows = ()
    if awaited is not None:
        new = {"amount": awaited.amount, "effective_on": awaited.effective_on, "document_no": awaited.document_no}
        rows = revision_rows(quota, whole.amounts[-1] if whole.amounts else None, new, visit.language)
    return visit.page(
        "quota.html",
        status,
        quota=quota,
        whole=whole,
        rows=rows,
        own=awaited is not None and awaited.by == visit.visitor.login,
        errors=errors,
        decides=decides(visit),
        **figure_values(visit.language, named.names),
    )


def revision_rows(quota: ListedQuota, last: AmountThen | None, new: dict[str, object], language: Language) -> Rows:
    """A revision beside what is in force, field by field."""
    before = {
        "amount": quota.amount,
        "effective_on": last.effective_on if last else None,
        "document_no": last.document_no if last else quota.document_no,
    }
    labels = labels_of(REVISION, language)
    return [(labels[name], written(before[name], language), written(new[name], language)) for name in before]


def written(value: object, language: Language) -> str:
    """A value as it is held against another: a number with its thousands apart, a day as pages write days."""
    if isinstance(value, int):
        return f"{value:,}"
    day = value if isinstance(value, date) else read_date(value)
    return written_day(day, language) if isinstance(day, date) else str(value or "")


def split_rows(before: SplitAnswer, after: SplitAnswer, names: Mapping[str, Said], language: Language) -> Rows:
    """The units whose share would be another, with both amounts."""
    had, has = ({each.unit: each.amount for each in split.shares} for split in (before, after))
    rows = []
    for unit in sorted({*had, *has}):
        if had.get(unit) != has.get(unit):
            amounts = [f"{split[unit]:,}" if unit in split else "" for split in (had, has)]
            rows.append((names.get(unit, Said(unit, unit)).in_(language), *amounts))
    return [(name, first, second) for name, first, second in rows]
