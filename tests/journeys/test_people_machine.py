"""People, documents, merging, parting, revoking: whatever the bureau does, quota counts what a plain model counts."""

from datetime import date
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from services.quota.headcounts.commands import count
from services.quota.headcounts.models import HEADCOUNT
from services.quota.policy import commands as quota_policy
from services.quota.quotas.models import QUOTA
from services.quota.tables import Table as QuotaTable
from services.quota.verification import queries as verification
from services.quota.verification.rules import Source
from services.registry.decisions.acts import Acting
from services.registry.decisions.commands import transition
from services.registry.decisions.schemas import Transition
from services.registry.duplicates.commands import (
    Deciding,
    TakingBack,
    decide_duplicate,
    report_duplicate,
    undo_decision,
)
from services.registry.duplicates.schemas import Decision, Report, Undoing
from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.people.filing import Filing, file_documents
from services.registry.people.queries import documents
from services.registry.people.schemas import NewDocument
from services.registry.people.sealing import number_of
from services.registry.programmes import commands as programmes
from services.registry.registrations.commands import register
from services.registry.registrations.schemas import NewRegistration
from services.registry.tables import Table as RegistryTable
from shared import clock
from shared.auth import Caller, Role
from shared.config import Settings
from shared.contracts.policy import PolicyPack
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent
from shared.db import Database
from shared.events import by_type, decode
from shared.plumbing import outbox
from shared.problems import Refusal
from tests.conftest import NewDatabase
from tests.fixtures import person, resident_number
from tests.journeys.people_model import Decided, PlainPeople, Registered
from tests.quota.given import nanchang

BUREAU, SECOND = (Caller(name, Role.BUREAU_OFFICER) for name in ("bureau", "bureau-2"))
YOUTH, SKILLED = "youth-intake", "skilled-workers"
DETAILS = {YOUTH: {}, SKILLED: {"skill_level": "3"}}
QUOTAS = {"Y01": {YOUTH}, "S01": {SKILLED}, "B01": {YOUTH, SKILLED}}
UNITS = ("donghu", "xihu", "anyi")
DAYS = tuple(date(2019, month, 1) for month in (2, 3, 5, 9))
WHY = "核对"
MANY = st.integers(0, 1000)


def small_pack() -> PolicyPack:
    """Three quotas that overlap, small enough that every head moves a milestone."""
    usual = nanchang().quotas[0].model_dump(mode="json") | {"where": {}, "amount": 3, "measure": "net_cumulative"}
    period = {"kind": "span", "label": "all", "start": "2018-01-01", "basis": "operator_set"}
    quotas = [usual | {"code": code, "programmes": sorted(of), "period": period} for code, of in QUOTAS.items()]
    return PolicyPack.model_validate(nanchang().model_dump(mode="json") | {"quotas": quotas})


def fill_registry(database: Database) -> None:
    with database.writing() as session:
        session.add(Institution(id=BUREAU_ID, name="市人才办", reporting_unit="city", created_at=clock.now()))
        programmes.apply(session, [programmes.Applying(small_pack(), False)], BUREAU)


def fill_quota(database: Database) -> None:
    with database.writing() as session:
        quota_policy.apply(session, [quota_policy.Proposed(small_pack(), False)], BUREAU)


class PeopleMachine(RuleBasedStateMachine):
    """Acts of the bureau by lot; what they announce reaches quota in any order, some of it twice."""

    databases: ClassVar[Any]  # makes the registry's and quota's

    @initialize(lots=st.randoms(use_true_random=False))
    def begin(self, lots: Random) -> None:
        self.lots = lots
        self.registry, self.quota = self.databases()
        self.plain = PlainPeople()
        self.told = 0
        self.fresh = 100

    def teardown(self) -> None:
        if hasattr(self, "registry"):
            self.registry.close()
            self.quota.close()

    def ask(self, command: Any, item: Any, caller: Caller = BUREAU) -> Any:
        with self.registry.writing() as session:
            (outcome,) = command(session, [item], caller)
        return outcome

    def some(self, choice: int, of: list[Any]) -> Any:
        return of[choice % len(of)]

    @rule(n=st.integers(0, 5), programme=st.sampled_from([YOUTH, SKILLED]), unit=st.sampled_from(UNITS))
    def register(self, n: int, programme: str, unit: str) -> None:
        number = self.some(n, sorted(self.plain.documents)) if n % 2 and self.plain.documents else n
        body = person(number, programme, reporting_unit=unit, details=DETAILS[programme])
        body["fact_date"] = self.lots.choice(DAYS).isoformat()
        outcome = self.ask(register, NewRegistration.model_validate(body))
        known = self.plain.known(number)
        if known and self.plain.is_registered(known, programme):
            assert isinstance(outcome, Refusal)
            return
        made = outcome.registration
        assert (made.state, made.record_ref == known) == ("recognised", known is not None)
        if known is None:
            self.plain.documents[number] = made.record_ref
        self.plain.registrations.append(Registered(made.id, made.record_ref, programme, unit, made.fact_date))

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
        case = self.ask(report_duplicate, Report(one=one, other=other, reason=WHY))
        if isinstance(case, Refusal):
            return
        theirs = [each.id for record in (one, other) for each in self.plain.of(record)]
        credit_to = self.some(credit, theirs) if same and theirs and credit % 3 == 0 else None
        verdict = Decision(decision="same" if same else "different", credit_to=credit_to, reason=WHY)
        outcome = self.ask(decide_duplicate, Deciding(case.id, verdict))
        assert isinstance(outcome, Refusal) == self.plain.contradiction(one, other, bool(same))
        if not isinstance(outcome, Refusal):
            self.plain.decisions[case.id] = Decided(one, other, bool(same), credit_to)

    @precondition(lambda self: self.plain.decisions)
    @rule(which=MANY)
    def take_back(self, which: int) -> None:
        case = self.some(which, list(self.plain.decisions))
        assert not isinstance(self.ask(undo_decision, TakingBack(case, Undoing(reason=WHY))), Refusal)
        del self.plain.decisions[case]

    @precondition(lambda self: self.plain.registrations)
    @rule(which=MANY, act=st.sampled_from(["suspend", "resume", "exit", "revoke", "revoke", "overturn_revocation"]))
    def act(self, which: int, act: str) -> None:
        one: Registered = self.some(which, self.plain.registrations)
        wanted = Transition(action=act, reason=WHY, effective_on=date(2020, 1, 1))
        outcome = self.ask(transition, Acting(one.id, wanted))
        if act == "revoke" and not isinstance(outcome, Refusal):
            outcome = self.ask(transition, Acting(one.id, wanted), SECOND)
        if isinstance(outcome, Refusal):
            return
        was, one.state = one.state, outcome.registration.state
        if act == "revoke":
            one.before = was
        if act == "overturn_revocation":
            assert one.state == one.before

    @invariant()
    def everybody_counts_once(self) -> None:
        self._tell_quota()
        with self.quota.reading() as session:
            rows = session.execute(
                select(QUOTA.c.code, HEADCOUNT.c.unit, HEADCOUNT.c.gross, HEADCOUNT.c.net, HEADCOUNT.c.in_stock).join(
                    QUOTA, QUOTA.c.id == HEADCOUNT.c.quota_id
                )
            )
            figures = {(code, unit): (gross, net, stock) for code, unit, gross, net, stock in rows}
            adrift = verification.found(session, Source.REGISTRATIONS, verification.false_sums(session))
        assert (adrift.wrong, adrift.drift(), adrift.false_cells(), adrift.misplaced) == ([], [], [], [])
        assert adrift.false_sums == {}
        for code, of in QUOTAS.items():
            expected = self.plain.figures(of)
            assert {unit: figures.get((code, unit), (0, 0, 0)) for unit in UNITS} == {
                unit: expected.get(unit, (0, 0, 0)) for unit in UNITS
            }
            assert figures[code, ""] == tuple(sum(each[n] for each in expected.values()) for n in range(3))

    def _tell_quota(self) -> None:
        """What was announced since, in any order, with something old among it."""
        with self.registry.reading() as session:
            bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
        events = [decode(body, by_type(REGISTRATION_EVENTS)) for body in bodies]
        new = [*events[self.told :], *self.lots.sample(events, min(len(events), 2))]
        self.told = len(events)
        self.lots.shuffle(new)
        while new:
            size = self.lots.randint(1, len(new))
            batch, new = new[:size], new[size:]
            with self.quota.writing() as session:
                count(session, [each for each in batch if isinstance(each, RegistrationEvent)])


@pytest.fixture
def machine(new_database: NewDatabase, chosen: Settings) -> type[PeopleMachine]:
    """The machine over fresh databases."""

    def databases() -> tuple[Database, Database]:
        return (
            new_database(RegistryTable.metadata, filled=fill_registry),
            new_database(QuotaTable.metadata, filled=fill_quota),
        )

    return type("PeopleMachine", (PeopleMachine,), {"databases": staticmethod(databases)})


SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_quota_counts_people_as_the_plain_model_does(machine: type[PeopleMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(SETTINGS, max_examples=12, stateful_step_count=25))


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_on_postgresql_quota_counts_people_as_the_plain_model_does(machine: type[PeopleMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(SETTINGS, max_examples=3, stateful_step_count=20))
