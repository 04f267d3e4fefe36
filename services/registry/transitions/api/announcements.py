from fastapi import APIRouter, Response

from services.registry.transitions.commands import announcing
from services.registry.transitions.queries import announcements
from services.registry.transitions.schemas import AnnouncementRead, NewAnnouncement
from shared.auth import Role, allow
from shared.contracts.facts import Fact
from shared.web import AskedDep, LongPageDep, OnlyTheseDep, Page, ReadingDep

router = APIRouter(tags=["facts"])

READS = allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)


@router.get("/v1/facts", dependencies=[READS])
def facts(
    database: ReadingDep,
    paging: LongPageDep,
    id: OnlyTheseDep = None,
) -> Page[Fact]:
    """What every registration counts as, as its newest event tells it, by id (计数状态); nothing personal."""
    with database.reading() as session:
        found = announcements.facts(session, id, paging.after_id, paging.limit + 1)
    return paging.page(found, Fact.of, lambda each: [each.registration_id])


@router.post("/v1/facts/announcements", response_model=AnnouncementRead, dependencies=[allow(Role.OPERATOR)])
async def announce_again(wanted: NewAnnouncement, asked: AskedDep) -> Response:
    """Announce registrations again as they count (再次告知), for whoever lost them; nothing about them changes."""
    return await asked.write(
        announcing.announce_again,
        wanted,
        lambda done: AnnouncementRead(
            id=done.announcement.id,
            announced=len(done.announcement.registrations),
            passed_over=done.passed_over,
        ),
    )
