from fastapi import Response

from services.registry.transitions.commands import announcements as commands
from services.registry.transitions.queries import announcements as queries
from services.registry.transitions.schemas.announcements import AnnouncementRead, NewAnnouncement, SignedFacts
from shared.auth import Role, allow
from shared.bodies import Router
from shared.contracts.facts import Fact
from shared.vault import vault
from shared.web import LongPageDep, OnlyTheseDep, ReadingDep, WriteDep, may

router = Router(tags=["facts"])


@router.get("/v1/facts", dependencies=[allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)])
def facts(
    database: ReadingDep,
    paging: LongPageDep,
    id: OnlyTheseDep = None,
) -> SignedFacts:
    """What every registration counts as, as its newest event tells it, by id (计数状态); nothing personal.

    Each page is signed, so that quota is rebuilt by what the registry told and by nothing else.
    """
    with database.reading() as session:
        found = queries.facts(session, id, paging.after_id, paging.limit + 1)
    page = paging.page(found, Fact.of, lambda each: [each.registration_id])
    return SignedFacts(**dict(page), signature=queries.signed(vault("registry"), page.items))


@router.post("/v1/facts/announcements", response_model=AnnouncementRead, dependencies=[may(commands.announce_again)])
async def announce_again(wanted: NewAnnouncement, request: WriteDep) -> Response:
    """Announce registrations again as they count (再次告知), for whoever lost them; nothing about them changes."""
    return await request.run(
        commands.announce_again,
        wanted,
        lambda outcome: AnnouncementRead(
            id=outcome.announcement.id,
            announced=len(outcome.announcement.registrations),
            passed_over=outcome.passed_over,
        ),
    )
