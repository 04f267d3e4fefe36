from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlmodel import Session, col, or_, select

from services.registry.programmes.models import Policy, ProgrammeRow, ReportingUnitRow, UnitSuccession
from shared.contracts.policy import Programme
from shared.problems import Fault, Said


def programmes(session: Session) -> dict[str, Programme]:
    """The programmes in force by code, in the order of the policy."""
    return _parsed(tuple(session.exec(select(Policy.fingerprint).order_by(Policy.document_no)).all()), session)


class _Parsed:
    """The programmes as of one set of fingerprints; parsing them anew for each request costs more than the rest."""

    def __init__(self) -> None:
        self.fingerprints: tuple[str, ...] | None = None
        self.programmes: dict[str, Programme] = {}


@lru_cache(maxsize=1)
def _cache() -> _Parsed:
    return _Parsed()


def _parsed(fingerprints: tuple[str, ...], session: Session) -> dict[str, Programme]:
    cache = _cache()
    if cache.fingerprints != fingerprints:
        rows = session.exec(select(ProgrammeRow).order_by(col(ProgrammeRow.position))).all()
        cache.programmes = {row.code: Programme.model_validate(row.definition) for row in rows}
        cache.fingerprints = fingerprints
    return cache.programmes


def units(session: Session, on: date | None = None) -> Sequence[ReportingUnitRow]:
    """The reporting units, or those valid on a date."""
    wanted = select(ReportingUnitRow).order_by(col(ReportingUnitRow.position))
    if on:
        wanted = wanted.where(
            ReportingUnitRow.valid_from <= on,
            or_(col(ReportingUnitRow.valid_to).is_(None), col(ReportingUnitRow.valid_to) >= on),
        )
    return session.exec(wanted).all()


def successions(session: Session) -> Sequence[UnitSuccession]:
    """Every succession, oldest first."""
    return session.exec(select(UnitSuccession).order_by(col(UnitSuccession.effective_on))).all()


def unit_fault(session: Session, code: str, pointer: str = "/reporting_unit") -> Fault | None:
    """Why this code names no reporting unit."""
    return None if session.get(ReportingUnitRow, code) else unknown_unit(pointer)


def unknown_unit(pointer: str = "/reporting_unit") -> Fault:
    """No unit has that code."""
    return Fault(
        pointer,
        "unit_unknown",
        Said(
            "没有这个填报单位，可用代码见 GET /v1/reporting-units",
            "No reporting unit has this code; GET /v1/reporting-units lists them",
        ),
    )
