"""The list of quotas, and one of them with all that belongs to it."""

import asyncio
from uuid import UUID

from fastapi.responses import HTMLResponse

from services.portal.pages.quotas.api.opening import PATH, group
from services.portal.pages.quotas.queries import lists
from services.portal.pages.quotas.rendering.page import decides, shown_quota
from services.portal.pages.quotas.schemas import ListedQuota
from services.portal.shell.entries import Cursor, Filter
from services.portal.shell.figures import address, figure_values
from services.portal.shell.visits import VisitDep

AT_ONCE = 50  # quotas on one page


@group.router.get("/admin/quotas")
async def list_quotas(visit: VisitDep, programme: Filter = "", unit: Filter = "", cursor: Cursor = "") -> HTMLResponse:
    """Quotas by the beginning of their period, of one programme or unit or of all."""
    narrowed = {"programme": programme or None, "unit": unit or None}
    quotas, named = await asyncio.gather(
        visit.services.page("quota", "/v1/quotas", ListedQuota, limit=AT_ONCE, cursor=cursor or None, **narrowed),
        lists(visit.services),
    )
    found, following = quotas
    return visit.page(
        "list.html",
        found=found,
        more=address(PATH, **narrowed, cursor=following) if following else None,
        narrowed=narrowed,
        lists=named,
        decides=decides(visit),
        **figure_values(visit.language, named.names),
    )


@group.router.get("/admin/quotas/{quota_id}")
async def show_quota(visit: VisitDep, quota_id: UUID) -> HTMLResponse:
    """One quota: its terms, what awaits a second officer, the amounts it had, its split."""
    return await shown_quota(visit, quota_id)
