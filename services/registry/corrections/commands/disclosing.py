"""What is kept of a person, shown to them in clear and on record (查阅、复制)."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.corrections.errors import AlreadyErased, NotGranted
from services.registry.corrections.models import PrivacyNotice, SubjectRequest
from services.registry.corrections.schemas.requests import Dossier, DossierDocument, DossierRegistration
from services.registry.institutions.commands.allowances import CLEAR_VALUES, spend
from services.registry.institutions.models import Institution
from services.registry.outcomes.queries.placements import days_of, placed
from services.registry.registrations.commands.stated import clear_subjects
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import Person, number_of
from services.registry.subjects.queries.people import documents, records_of
from services.registry.subjects.schemas.people import PersonSubject
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal


@operation(
    "disclose_to_subject",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda request_id: request_id,
    effect=lambda dossier: Effect(dossier.request_id),
    purpose=lambda request_id: "subject_request: 本人查阅、复制 · request of the person",
)
def disclose(session: Session, calls: Sequence[Call[UUID]]) -> list[Dossier | Refusal]:
    """Show all that is kept of a person, in clear, for a request of theirs that was granted (查阅、复制).

    Also while it is restricted: it is the person's own. Each reading is an entry of the trail, and one of the clear
    values that an officer may read in an hour: locks and writes the `allowance` of whoever asks. Announces nothing.
    Refuses: not-found, not-granted (another kind, or not granted), already-erased, too-many-requests.
    """
    return [_disclosed(session, call.item, call.caller) for call in calls]


def _disclosed(session: Session, request_id: UUID, caller: Caller) -> Dossier | Refusal:
    request = session.get(SubjectRequest, request_id)
    if request is None:
        return NotFound()
    if request.kind not in ("access", "copy") or request.state != "fulfilled":
        return NotGranted()
    people = records_of(session, request.person_id)
    if any(person.erased_at for person in people):
        return AlreadyErased()
    if too_often := spend(session, CLEAR_VALUES, caller.actor):
        return too_often
    return _dossier(session, request, people)


def _dossier(session: Session, request: SubjectRequest, people: Sequence[Person]) -> Dossier:
    records = [person.id for person in people]
    registered = select(Registration).where(col(Registration.record_ref).in_(records)).order_by(col(Registration.id))
    held = session.exec(registered).all()
    stated = clear_subjects(session, held)
    institutions = dict(session.exec(select(Institution.id, Institution.name)).all())
    notices = session.exec(select(PrivacyNotice.version, PrivacyNotice.at)).all()
    shown = DossierRegistration.model_fields
    return Dossier(
        request_id=request.id,
        subject_ref=request.person_id,
        made_at=clock.now(),
        documents=[
            DossierDocument(
                id_type=each.type,
                id_country=each.country,
                id_number=number_of(each),
                **each.model_dump(include={"recorded_at", "replaced_at"}),
            )
            for each in documents(session, records)
        ],
        registrations=[
            DossierRegistration(
                **each.model_dump(include={*shown} - {"stated", "privacy_notice"}),
                institution=institutions[each.institution_id],
                privacy_notice=max((version for version, put_at in notices if put_at <= each.created_at), default=None),
                stated=PersonSubject.model_validate(stated[each.id], from_attributes=True),
            )
            for each in held
        ],
        placements=[
            days_of(each)._asdict() | {"state": each.state}
            for rows in placed(session, {person.same_as or person.id for person in people}).values()
            for each in rows
        ],
    )
