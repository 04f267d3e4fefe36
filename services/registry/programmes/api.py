from typing import Annotated

from fastapi import Query, Response

from services.registry.programmes import queries
from services.registry.programmes.commands import applying
from services.registry.programmes.schemas import (
    DivisionNamed,
    DivisionRead,
    PolicyApplied,
    PolicyDifference,
    PolicyDocumentRead,
    PolicyHistoryRead,
    PolicyRead,
    ProgrammeRead,
    ProposalRead,
    ReportingUnitRead,
    SuccessionRead,
    TownshipRead,
)
from shared.auth import Reach, Role, allow
from shared.bodies import LARGE_BODY, Router
from shared.contracts.policy import PolicyPack
from shared.fields import Day, Word, WrittenFlag
from shared.problems import NotFound
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["programmes"])
EVERYBODY = allow(*Role, reach=Reach.ALL)


@router.get("/v1/programmes", dependencies=[EVERYBODY])
def programmes(database: ReadingDep, paging: WholePageDep) -> Page[ProgrammeRead]:
    """The programmes one can be registered in (人才计划)."""
    with database.reading() as session:
        found, capped = queries.programmes(session), queries.limits(session).programmes
    return paging.stretch([ProgrammeRead(**each.model_dump(), capped=each.code in capped) for each in found.values()])


@router.get("/v1/programmes/{code}", dependencies=[EVERYBODY])
def programme(code: Word, database: ReadingDep) -> ProgrammeRead:
    """One programme: fields, eligibility, workflow, counting date."""
    with database.reading() as session:
        found, capped = queries.programmes(session).get(code), queries.limits(session).programmes
    if found is None:
        raise NotFound
    return ProgrammeRead(**found.model_dump(), capped=code in capped)


@router.get("/v1/reporting-units", dependencies=[EVERYBODY])
def reporting_units(database: ReadingDep, paging: WholePageDep, on: Day | None = None) -> Page[ReportingUnitRead]:
    """The reporting units (填报单位), or those valid on a date, with their successions."""
    with database.reading() as session:
        units, successions = queries.units(session, on), queries.successions(session)
    return paging.stretch(
        [
            ReportingUnitRead(
                **unit.model_dump(exclude={"position"}),
                successions=[
                    SuccessionRead(**each.model_dump()) for each in successions if unit.code in (each.old, each.new)
                ],
            )
            for unit in units
        ]
    )


@router.get("/v1/divisions", dependencies=[EVERYBODY])
def divisions(database: ReadingDep, paging: WholePageDep, on: Day | None = None) -> Page[DivisionRead]:
    """The statutory divisions (行政区划) under every name they had, or as they were on a date."""
    with database.reading() as session:
        places = queries.in_force(session).geography.places
    shown = []
    for each in places.divisions:
        if on is None or each.lasts(on):
            after = places.after(each)
            named = DivisionNamed.model_validate(after, from_attributes=True) if after else None
            shown.append(DivisionRead(**each.model_dump(exclude={"successor"}), successor=named))
    return paging.stretch(shown)


@router.get("/v1/townships", dependencies=[EVERYBODY])
def townships(
    database: ReadingDep,
    paging: WholePageDep,
    on: Day | None = None,
    unit: Word | None = None,
) -> Page[TownshipRead]:
    """The townships (乡镇、街道) to choose from: where they lay, in all, on a date, or those a unit may report for."""
    with database.reading() as session:
        queries.must_be_known(session, unit=unit)
        known = queries.in_force(session).geography.places.townships
    return paging.stretch(
        [
            TownshipRead(names=each.names, **spell.model_dump())
            for each in known
            for spell in each.spells
            if (on is None or spell.lasts(on)) and (unit is None or unit in spell.units)
        ]
    )


@router.get("/v1/policy", dependencies=[allow(Role.BUREAU_OFFICER, Role.AUDITOR)])
def policy(database: ReadingDep) -> PolicyRead:
    """The policy in force, what awaits a second officer with its difference, and the last 50 changes (现行政策)."""
    with database.reading() as session:
        documents, waiting = queries.documents_in_force(session), queries.proposals(session)
        state, history = queries.policy_state(session), queries.policy_history(session, 50)
    found = [
        ProposalRead(
            document_no=each.subject.removeprefix("policy "),
            digest=each.content,
            void=each.basis != state,
            difference=[PolicyDifference(**line) for line in each.difference],
            **each.model_dump(include={"by", "at", "pack"}),
        )
        for each in waiting
    ]
    return PolicyRead(
        documents=[PolicyDocumentRead(**each.model_dump(), digest=each.fingerprint) for each in documents],
        awaiting="second_officer" if any(not each.void for each in found) else None,
        proposals=found,
        history=[PolicyHistoryRead(**each.model_dump(exclude={"id"})) for each in history],
    )


@router.put(
    "/v1/policy",
    response_model=PolicyApplied,
    responses={202: {"model": PolicyApplied, "description": "A second officer has to put the same; nothing changed"}},
    dependencies=[may(applying.apply)],
    openapi_extra=LARGE_BODY,
)
async def apply(
    pack: PolicyPack,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="only tell what would change")] = False,
) -> Response:
    """Put a policy pack into force here, or try it (政策落地): 202 with the difference, 200 once another puts it.

    Another content, or a policy that changed meanwhile, starts anew. The first pack of all is in force at once.
    """
    return await request.run(
        applying.apply,
        applying.Applying(pack, dry_run),
        lambda applied: applied,
        status=lambda applied: 202 if applied.awaiting else 200,
    )
