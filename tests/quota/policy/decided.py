"""What the tests of decisions share."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.deciding import Revised, WantedRevision
from services.quota.policy.schemas import NewRevision
from services.quota.quotas.models import QUOTA, Quota
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import PolicyPack
from shared.db import Database
from shared.operations import Call
from shared.problems import Refusal
from tests.quota.given import BUREAU, SECOND, event, nanchang

PROGRAMME = "dual-qualified-teachers"  # one to which the policy gives no amount


def edited(code: str, **changes: Any) -> PolicyPack:
    """The pack of Nanchang with one quota worded otherwise."""
    content = nanchang().model_dump(mode="json")
    for quota in content["quotas"]:
        quota.update(changes if quota["code"] == code else {})
    return PolicyPack.model_validate(content)


def quotas(database: Database, code: str) -> list[Quota]:
    with database.reading() as session:
        return list(session.execute(select(Quota).where(QUOTA.c.code == code).order_by(QUOTA.c.starts_on)).scalars())


def revise(
    database: Database, quota: Quota, caller: Caller, amount: int, on: str | None = None, no: str = "X〔2019〕7号"
) -> Revised | Refusal:
    body = NewRevision(amount=amount, effective_on=date.fromisoformat(on) if on else clock.today(), document_no=no)
    with database.writing() as session:
        (outcome,) = decisions.revise(session, [Call(WantedRevision(quota.id, body), caller)])
    return outcome


def revised(database: Database, quota: Quota, amount: int, on: str | None = None) -> Quota:
    """A quota after both officers have spoken."""
    first, done = (revise(database, quota, officer, amount, on) for officer in (BUREAU, SECOND))
    assert isinstance(first, Revised)
    assert isinstance(done, Revised)
    assert first.awaiting
    assert not done.awaiting
    return done.quota


def faults(refusal: object) -> list[tuple[str, str]]:
    assert isinstance(refusal, Refusal)
    return [(fault.pointer, fault.code) for fault in refusal.faults]


def teachers(number: int, first: int = 0, **about: Any) -> list[Any]:
    return [event(name=n, programme=PROGRAMME, **about) for n in range(first, first + number)]
