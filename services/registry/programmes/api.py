from typing import Annotated

from fastapi import Query, Response

from services.registry.programmes import commands, queries
from services.registry.programmes.schemas import (
    DivisionNamed,
    DivisionRead,
    PolicyApplied,
    ProgrammeRead,
    ReportingUnitRead,
    SuccessionRead,
    TownshipRead,
)
from shared.auth import CallerDep
from shared.bodies import LARGE_BODY, Router
from shared.contracts.policy import PolicyPack
from shared.fields import Day, Word, WrittenFlag
from shared.problems import NotFound
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["programmes"])


@router.get("/v1/programmes")
def programmes(database: ReadingDep, paging: WholePageDep, caller: CallerDep) -> Page[ProgrammeRead]:
    """The programmes one can be registered in (人才计划)."""
    with database.reading() as session:
        found, capped = queries.programmes(session), queries.limits(session).programmes
    return paging.stretch([ProgrammeRead(**each.model_dump(), capped=each.code in capped) for each in found.values()])


@router.get("/v1/programmes/{code}")
def programme(code: Word, database: ReadingDep, caller: CallerDep) -> ProgrammeRead:
    """One programme: fields, eligibility, workflow, counting date."""
    with database.reading() as session:
        found, capped = queries.programmes(session).get(code), queries.limits(session).programmes
    if found is None:
        raise NotFound
    return ProgrammeRead(**found.model_dump(), capped=code in capped)


@router.get("/v1/reporting-units")
def reporting_units(
    database: ReadingDep, paging: WholePageDep, caller: CallerDep, on: Day | None = None
) -> Page[ReportingUnitRead]:
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


@router.get("/v1/divisions")
def divisions(
    database: ReadingDep, paging: WholePageDep, caller: CallerDep, on: Day | None = None
) -> Page[DivisionRead]:
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


@router.get("/v1/townships")
def townships(
    database: ReadingDep,
    paging: WholePageDep,
    caller: CallerDep,
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


@router.put("/v1/policy", response_model=PolicyApplied, dependencies=[may(commands.apply)], openapi_extra=LARGE_BODY)
async def apply(
    pack: PolicyPack,
    request: WriteDep,
    dry_run: Annotated[WrittenFlag, Query(description="only tell what would change")] = False,
) -> Response:
    """Put a policy pack into force here, or try it (政策落地)."""
    return await request.run(commands.apply, commands.Applying(pack, dry_run), lambda applied: applied)
