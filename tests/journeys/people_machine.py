"""What the bureau does with people, by lot, and what quota makes of it whatever way the events come."""

from datetime import date
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from services.quota.counting.commands.headcounts import count
from services.quota.figures.schemas.progress import ProgressQuery
from services.quota.verification.queries import checking as verification
from services.quota.verification.rules import Source
from services.registry.corrections.commands.boundaries import CarryingOut, carry_out
from services.registry.corrections.commands.identities import (
    CaseDecision,
    CaseUndoing,
    decide_duplicate,
    report_duplicate,
    undo_decision,
)
from services.registry.corrections.schemas.corrections import (
    DuplicateDecision,
    DuplicateReport,
    NewBoundaryChange,
    UndoingDecision,
)
from services.registry.registrations.commands.registering import register
from services.registry.registrations.schemas import NewRegistration
from services.registry.subjects.commands.filing import Filing, file_documents
from services.registry.subjects.models.people import number_of
from services.registry.subjects.queries.people import documents
from services.registry.subjects.schemas.people import NewDocument
from services.registry.transitions.commands.context import RequestedTransition
from services.registry.transitions.commands.transitions import transition
from services.registry.transitions.schemas.transitions import Transition
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent
from shared.events import by_type, decode
from shared.operations import Call, Operation
from shared.problems import Refusal
from shared.service_tables import outbox
from tests.fixtures import person, resident_number
from tests.journeys.people_city import (
    ACTS,
    ALL_UNITS,
    APPEALS,
    BUREAU,
    DAYS,
    DETAILS,
    IN_STOCK,
    LEAVING_DAYS,
    MOVING_DAYS,
    QUESTION_DAYS,
    QUOTAS,
    REZONING,
    SECOND,
    SKILLED,
    UNITS,
    YOUTH,
    counters,
    figures_of,
)
from tests.journeys.people_model import (
    ACTIVE,
    MOVED_TOWNSHIP,
    Decided,
    Figures,
    PlainPeople,
    Registered,
    in_all,
)

NOBODY = (0, 0, 0)
WHY = "核对"
MANY = st.integers(0, 1000)


class PeopleMachine(RuleBasedStateMachine):
    """Acts of the bureau by lot; what they announce reaches quota in any order, some of it twice."""

    databases: ClassVar[Any]  # makes the registry's and quota's

    @initialize(lots=st.randoms(use_true_random=False))
    def begin(self, lots: Random) -> None:
        self.lots = lots
        self.registry, self.quota = self.databases()
        self.plain = PlainPeople()
        self.announced = 0
        self.fresh = 100
        self.published: list[tuple[ProgressQuery, dict[str, Figures]]] = []
        for n, unit in enumerate(("donghu", "donghu", "wanli", "donghu", "xihu")):
            self.register(n, YOUTH, unit)
        self.leave(0, LEAVING_DAYS[0])
        self.act(2, "revoke")

    def teardown(self) -> None:
        if hasattr(self, "registry"):
            self.registry.close()
            self.quota.close()

    def ask(self, operation: Operation[Any, Any], item: Any, caller: Caller = BUREAU) -> Any:
        with self.registry.writing() as session:
            (outcome,) = operation(session, [Call(item, caller)])
        return outcome

    def some(self, choice: int, of: list[Any]) -> Any:
        return of[choice % len(of)]

    @rule(n=st.integers(0, 5), programme=st.sampled_from([YOUTH, SKILLED]), unit=st.sampled_from(UNITS))
    def register(self, n: int, programme: str, unit: str) -> None:
        number = self.some(n, sorted(self.plain.documents)) if n % 2 and self.plain.documents else n
        body = person(number, programme, reporting_unit=unit, details=DETAILS[programme])
        body["fact_date"] = self.lots.choice(DAYS).isoformat()
        body["township"] = self.lots.choice([MOVED_TOWNSHIP, MOVED_TOWNSHIP, None]) if unit == "donghu" else None
        outcome = self.ask(register, NewRegistration.model_validate(body))
        known = self.plain.known(number)
        if known and self.plain.is_registered(known, programme):
            assert isinstance(outcome, Refusal)
            return
        made = outcome.registration
        assert (made.state, made.record_ref == known) == ("recognised", known is not None)
        if known is None:
            self.plain.documents[number] = made.record_ref
        self.plain.registrations.append(
            Registered(made.id, made.record_ref, programme, unit, made.township, made.fact_date)
        )

    @precondition(lambda self: self.plain.documents)
    @rule(who=MANY, n=st.integers(0, 5))
    def file_a_document(self, who: int, n: int) -> None:
        record = self.some(who, self.plain.records)
        outcome = self.ask(file_documents, Filing(record, NewDocument(id_number=resident_number(n), reason=WHY)))
        holder = self.plain.documents.setdefault(n, record)
        assert isinstance(outcome, Refusal) == (holder != record)

    @precondition(lambda self: self.plain.documents)
    @rule(which=MANY)
    def correct_a_number(self, which: int) -> None:
        number = self.some(which, sorted(self.plain.documents))
        record = self.plain.documents.pop(number)
        self.fresh += 1
        with self.registry.reading() as session:
            (old,) = [
                each.id
                for each in documents(session, [record])
                if number_of(each) == resident_number(number) and not each.replaced_at
            ]
        wanted = NewDocument(id_number=resident_number(self.fresh), reason=WHY)
        assert not isinstance(self.ask(file_documents, Filing(record, wanted, replaces=old)), Refusal)
        self.plain.documents[self.fresh], self.plain.former[number] = record, record

    @precondition(lambda self: len(self.plain.records) > 1)
    @rule(who=MANY, whom=MANY, same=st.integers(0, 3), credit=MANY)
    def decide(self, who: int, whom: int, same: int, credit: int) -> None:
        one, other = sorted((self.some(who, self.plain.records), self.some(whom, self.plain.records)))
        case = self.ask(report_duplicate, DuplicateReport(one=one, other=other, reason=WHY))
        if isinstance(case, Refusal):
            return
        theirs = [each.id for record in (one, other) for each in self.plain.of(record)]
        credit_to = self.some(credit, theirs) if same and theirs and credit % 3 == 0 else None
        verdict = DuplicateDecision(decision="same" if same else "different", credit_to=credit_to, reason=WHY)
        outcome = self.ask(decide_duplicate, CaseDecision(case.id, verdict))
        assert isinstance(outcome, Refusal) == self.plain.contradiction(one, other, bool(same))
        if not isinstance(outcome, Refusal):
            self.plain.decisions[case.id] = Decided(one, other, bool(same), credit_to)

    @precondition(lambda self: self.plain.decisions)
    @rule(which=MANY)
    def undo(self, which: int) -> None:
        case = self.some(which, list(self.plain.decisions))
        assert not isinstance(self.ask(undo_decision, CaseUndoing(case, UndoingDecision(reason=WHY))), Refusal)
        del self.plain.decisions[case]

    @precondition(lambda self: self.plain.registrations)
    @rule(which=MANY, to=st.sampled_from(ALL_UNITS[:-1]), on=st.sampled_from(MOVING_DAYS), township=st.booleans())
    def transfer(self, which: int, to: str, on: date, township: bool) -> None:
        one: Registered = self.some(which, self.plain.registrations)
        lies = MOVED_TOWNSHIP if to == "donghu" and township else None
        wanted = Transition(action="transfer", to=to, township=lies, reason=WHY, effective_on=on)
        outcome = self.ask(transition, RequestedTransition(one.id, wanted))
        assert isinstance(outcome, Refusal) != one.transfer(to, on, lies)

    @precondition(lambda self: self.plain.registrations)
    @rule()
    def carry_out_the_boundary_change(self) -> None:
        outcome = self.ask(carry_out, CarryingOut(NewBoundaryChange.model_validate(REZONING), dry_run=False))
        moved = sum(each.rezone() for each in self.plain.registrations)
        assert outcome.moved == moved
        self._let_quota_count()
        for day in QUESTION_DAYS if moved else ():  # of one that moved nobody the invariant asks a day, as ever
            self._compare(*self._figures(day))

    @precondition(lambda self: self.plain.registrations)
    @rule(which=MANY, on=st.sampled_from(LEAVING_DAYS))
    def leave(self, which: int, on: date) -> None:
        one: Registered = self.some(which, self.plain.registrations)
        outcome = self.ask(
            transition, RequestedTransition(one.id, Transition(action="exit", reason=WHY, effective_on=on))
        )
        assert isinstance(outcome, Refusal) != one.leave(on)

    @precondition(lambda self: any(each.state == "exited" for each in self.plain.registrations))
    @rule(which=MANY, on=st.sampled_from(LEAVING_DAYS))
    def come_back(self, which: int, on: date) -> None:
        one: Registered = self.some(which, [each for each in self.plain.registrations if each.state == "exited"])
        outcome = self.ask(
            transition, RequestedTransition(one.id, Transition(action="readmit", reason=WHY, effective_on=on))
        )
        taken = any(
            (each.record, each.programme) == (one.record, one.programme) and each.state in ACTIVE
            for each in self.plain.registrations
        )
        assert isinstance(outcome, Refusal) != (not taken and one.come_back(on))

    @precondition(lambda self: any(each.state == "revoked" for each in self.plain.registrations))
    @rule(which=MANY, acts=st.lists(st.sampled_from(APPEALS), min_size=1, max_size=4))
    def appeal(self, which: int, acts: list[str]) -> None:
        one: Registered = self.some(which, [each for each in self.plain.registrations if each.state == "revoked"])
        for act in acts:
            wanted = Transition(action=act, reason=WHY, effective_on=clock.today())
            assert isinstance(self.ask(transition, RequestedTransition(one.id, wanted)), Refusal) != one.appeal(act)

    @precondition(lambda self: self.plain.registrations)
    @rule(which=MANY, act=st.sampled_from(ACTS))
    def act(self, which: int, act: str) -> None:
        one: Registered = self.some(which, self.plain.registrations)
        wanted = Transition(action=act, reason=WHY)
        outcome = self.ask(transition, RequestedTransition(one.id, wanted))
        if act == "revoke" and not isinstance(outcome, Refusal):
            outcome = self.ask(transition, RequestedTransition(one.id, wanted), SECOND)
        if isinstance(outcome, Refusal):
            return
        if act == "revoke":
            one.revoke()
            return
        one.state = outcome.registration.state
        if act == "overturn_revocation":
            assert one.state == one.before

    @invariant()
    def everybody_counts_once(self) -> None:
        self._let_quota_count()
        with self.quota.reading() as session:
            figures = counters(session)
            adrift = verification.found(session, Source.REGISTRATIONS)
        assert (adrift.wrong, adrift.drift(), adrift.false_cells, adrift.misplaced) == ([], [], [], [])
        assert adrift.false_sums == {}
        for code, of in QUOTAS.items():
            expected = self.plain.figures(of)
            assert {unit: figures.get((code, unit), NOBODY) for unit in ALL_UNITS} == {
                unit: expected.get(unit, NOBODY) for unit in ALL_UNITS
            }
            assert figures[code, ""] == in_all(expected)
        self.published.append(self._figures(self.lots.choice(QUESTION_DAYS)))
        for edition in (self.published[-1], self.lots.choice(self.published)):  # what was published stays as it was
            self._compare(*edition)

    def _figures(self, day: date) -> tuple[ProgressQuery, dict[str, Figures]]:
        """What is right for a day, as known now."""
        expected = {code: self.plain.figures(of, day) for code, of in QUOTAS.items()}
        return ProgressQuery(day, clock.now(), past=True, by_unit=True), expected

    def _compare(self, wanted: ProgressQuery, expected: dict[str, Figures]) -> None:
        with self.quota.reading() as session:
            answered = figures_of(session, wanted)
        measured = {code: 2 if code == IN_STOCK else 1 for code in QUOTAS}
        assert answered == {
            code: (in_all(units), {unit: each[measured[code]] for unit, each in units.items() if each[measured[code]]})
            for code, units in expected.items()
        }

    def _let_quota_count(self) -> None:
        """What was announced since, in any order, with something old among it."""
        with self.registry.reading() as session:
            bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
        events = [decode(body, by_type(REGISTRATION_EVENTS)) for body in bodies]
        new = [*events[self.announced :], *self.lots.sample(events, min(len(events), 2))]
        self.announced = len(events)
        self.lots.shuffle(new)
        while new:
            size = self.lots.randint(1, len(new))
            batch, new = new[:size], new[size:]
            with self.quota.writing() as session:
                count(session, [each for each in batch if isinstance(each, RegistrationEvent)])
