import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.audit.rules import ONE_PROGRAMME, purpose_faults, stated_purpose
from services.registry.institutions.commands.allowances import CLEAR_VALUES, RateLimit, spend
from services.registry.registrations import queries
from services.registry.registrations.commands.stated import clear_subjects
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import READERS, SEES_ALL
from services.registry.registrations.schemas import Subject
from services.registry.subjects.errors import SubjectRestricted
from shared import clock
from shared.auth import Caller, Role
from shared.ids import new_id
from shared.operations import Call, Effect, Execution, operation
from shared.problems import Forbidden, InvalidBody, NotFound, Refusal
from shared.sheets.exporting import ExportForm
from shared.trail import record

log = logging.getLogger(__name__)


BURST = RateLimit("unmask_burst", most=10, seconds=60)
ALARM = RateLimit("unmask_alarm", most=1, seconds=600)


@dataclass(frozen=True)
class Disclosing:
    """Clear values wanted of one registration, and for what."""

    id: UUID
    purpose: str
    explanation: str | None = None

    @property
    def stated(self) -> str:
        """The purpose as the trail keeps it."""
        return stated_purpose(self.purpose, self.explanation)


class Disclosed(NamedTuple):
    """A registration and its subject with clear values."""

    registration: Registration
    subject: Subject


@operation(
    "unmask",
    roles=(Role.AUDITOR, Role.BUREAU_OFFICER),
    target=lambda disclosing: disclosing.id,
    effect=lambda disclosed: Effect(disclosed.registration.id, disclosed.registration.version),
    purpose=lambda disclosing: disclosing.stated,
)
def disclose(session: Session, calls: Sequence[Call[Disclosing]]) -> list[Disclosed | Refusal]:
    """Show clear values of a registration's subject (查看明文), as it was stated, for a purpose of the list.

    It is an operation because it leaves a trace: the audit entry with the purpose. Answering the same Idempotency-Key
    again is an entry too. Locks and writes the `allowance` of whoever asks: 30 an hour; more than 10 in a minute are an
    entry of their own, `unmask_burst`, once in ten minutes. No event. Refuses: invalid-body for a purpose that is none
    of the list or says nothing, not-found, subject-restricted, too-many-requests.
    """
    return [_disclosed(session, call.item, call.caller) for call in calls]


def _disclosed(session: Session, wanted: Disclosing, caller: Caller) -> Disclosed | Refusal:
    if faults := purpose_faults(wanted.purpose, wanted.explanation):
        return InvalidBody(*faults)
    registration = queries.registration(session, caller, wanted.id)
    if registration is None:
        return NotFound()
    if registration.restricted:
        return SubjectRestricted()
    if too_often := spend(session, CLEAR_VALUES, caller.actor):
        return too_often
    if spend(session, BURST, caller.actor) and spend(session, ALARM, caller.actor) is None:
        log.warning("an officer reads clear values in a burst; the trail has it as unmask_burst")
        record(session, [Execution("unmask_burst", caller, None, str(wanted.id), None, "done", wanted.stated)])
    return Disclosed(registration, clear_subjects(session, [registration])[registration.id])


EXPORTS = RateLimit("export", most=20, seconds=3_600)  # of one person
CLEAR_EXPORTS = RateLimit("export_personal", most=3, seconds=86_400)


@dataclass(frozen=True)
class Exporting:
    """A list of registrations wanted as a file, masked or with clear values, and for what."""

    wanted: queries.RegistrationFilter
    form: ExportForm
    personal: bool
    purpose: str
    explanation: str | None = None

    @property
    def stated(self) -> str:
        """The purpose as the trail and the copy itself keep it."""
        return stated_purpose(self.purpose, self.explanation)


class Exported(NamedTuple):
    """A list that may be taken: the number of the copy, who takes it and when."""

    copy: UUID
    by: str
    at: datetime
    stated: str


@operation(
    lambda exporting: "export_personal" if exporting.personal else "export",
    roles=READERS,
    effect=lambda exported: Effect(exported.copy),
    purpose=lambda exporting: exporting.stated,
)
def export(session: Session, calls: Sequence[Call[Exporting]]) -> list[Exported | Refusal]:
    """Let a list of registrations leave the house (导出), for a purpose of the list, each copy under its own number.

    Who may see a registration may have it in a list, masked as it is shown; clear values go to those who may unmask,
    three lists a day, of one programme each. Locks and writes the `allowance` of whoever asks. Audit: `export` or
    `export_personal`, the copy's number and the purpose. No event. Refuses: invalid-body for a purpose that is none of
    the list, or a filter that names nothing; forbidden for clear values; too-many-requests.
    """
    return [_exported(session, call.item, call.caller) for call in calls]


def _exported(session: Session, wanted: Exporting, caller: Caller) -> Exported | Refusal:
    faults = purpose_faults(wanted.purpose, wanted.explanation)
    if wanted.personal and caller.role not in SEES_ALL:
        return Forbidden()
    if wanted.personal and wanted.wanted.programme is None:
        faults.append(ONE_PROGRAMME)
    if faults:
        return InvalidBody(*faults)
    try:
        queries.must_be_known(session, caller, wanted.wanted)
    except InvalidBody as unknown:
        return unknown
    if too_often := spend(session, CLEAR_EXPORTS if wanted.personal else EXPORTS, caller.actor):
        return too_often
    return Exported(new_id(), caller.actor, clock.now(), wanted.stated)
