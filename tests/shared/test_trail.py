"""The trail that each service keeps: one chain whoever adds to it at once, and what is kept of whom."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session

from shared.auth import Caller, Itself, Role
from shared.contracts.audit import flaws
from shared.db import Database
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal
from shared.runner import Runner
from shared.trail import head, record, record_from_outside
from shared.vault import Vault
from tests.trails import every_entry

OFFICER = Caller("officer", Role.BUREAU_OFFICER, person="officer")
MACHINE = Caller("registry", Itself.SYSTEM)


@operation(
    "do",
    roles=(*Role, *Itself),
    target=lambda item: item,
    effect=lambda done: Effect(done, 1),
    purpose=lambda item: "理由" * 400,
)
def do(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
    return [NotFound() if call.item.startswith("lost") else call.item for call in calls]


@operation("look", roles=(*Role, *Itself), effect=lambda _: None)
def look(session: Session, calls: Sequence[Call[str]]) -> list[str | Refusal]:
    return [call.item for call in calls]


def in_short(database: Database) -> list[tuple[str, str | None, str]]:
    with database.reading() as session:
        return [(each.by, each.object, each.outcome) for each in every_entry(session)]


def test_two_batches_at_once_leave_no_gap(database: Database, vault: Vault) -> None:
    """From the very first entry on, when the end is not there yet."""
    runners = [Runner(database, vault, record) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: runners[n % 2].run(do, ["a", "b", "c"], OFFICER), range(24)))
    with database.reading() as session:
        entries, end = every_entry(session), head(session)
    assert [each.sequence for each in entries] == [*range(1, 73)]
    assert (list(flaws(entries, [end])), end[0]) == ([], 72)


def test_what_another_service_asks_for_is_kept_where_it_is_refused(database: Database, vault: Vault) -> None:
    runner = Runner(database, vault, record_from_outside)
    for caller in (OFFICER, MACHINE):
        runner.run(do, ["a", "lost"], caller)
    assert in_short(database) == [
        ("officer", "a", "done"),
        ("officer", "lost", "not-found"),
        ("registry", "lost", "not-found"),
    ]


def test_looking_leaves_nothing_and_its_refusal_does(database: Database, vault: Vault) -> None:
    runner = Runner(database, vault, record)
    runner.run(look, ["a"], OFFICER)
    runner.run(look, ["a"], Caller("nobodys", Role.BUREAU_OFFICER))
    assert in_short(database) == [("nobodys", None, "person-needed")]


def test_a_number_that_was_typed_for_a_code_is_not_kept_and_a_long_reason_in_part(
    database: Database, vault: Vault
) -> None:
    runner = Runner(database, vault, record)
    runner.run(do, ["lost 360101199001010011", "lost 13800000000", "lost-1"], OFFICER)
    assert [named for _, named, _ in in_short(database)] == [None, None, "lost-1"]
    with database.reading() as session:
        assert {each.purpose for each in every_entry(session)} == {("理由" * 400)[:500]}
