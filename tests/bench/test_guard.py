"""The guard's judgement, and how it reads a server's log; what it measures is not asked here."""

from tests.bench.guard import too_dear
from tests.bench.statements import Transactions

LOG = """\
2026-01-01 00:00:00.000 UTC [7] ours LOG:  statement: BEGIN ISOLATION LEVEL READ COMMITTED
2026-01-01 00:00:00.000 UTC [8] ours LOG:  statement: BEGIN
2026-01-01 00:00:00.001 UTC [7] ours LOG:  execute <unnamed>: SELECT 1
\tFROM registration
2026-01-01 00:00:00.001 UTC [7] ours DETAIL:  parameters: $1 = 'x'
2026-01-01 00:00:00.002 UTC [8] ours LOG:  execute _pg3_0: SELECT 2
2026-01-01 00:00:00.003 UTC [7] ours LOG:  execute _pg3_1: INSERT INTO registration (id) SELECT 1
2026-01-01 00:00:00.004 UTC [7] ours LOG:  statement: COMMIT
2026-01-01 00:00:00.005 UTC [8] ours LOG:  statement: COMMIT
2026-01-01 00:00:00.006 UTC [8] ours LOG:  statement: BEGIN
2026-01-01 00:00:00.006 UTC [8] ours LOG:  statement: UPDATE relay_lease SET fence = 1
2026-01-01 00:00:00.007 UTC [8] ours LOG:  statement: COMMIT
2026-01-01 00:00:00.007 UTC [9] other LOG:  statement: COMMIT
"""


def test_a_cost_may_rise_by_half_and_no_further() -> None:
    recorded = {"a": 2.0, "b": 20.0}
    assert too_dear({"a": 2.99, "b": 29.0}, recorded) == []
    assert too_dear({"a": 3.01, "b": 20.0}, recorded) == ["a"]


def test_what_was_never_recorded_is_not_let_through() -> None:
    assert too_dear({"a": 0.1}, {}) == ["a"]


def test_statements_belong_to_the_transaction_of_their_session() -> None:
    found = Transactions()
    found.read(LOG, "ours")
    assert [len(each) for each in found.committed] == [2, 1, 1]
    assert [len(each) for each in found.inserting("registration", "audit")] == [2]
    assert found.inserting("audit") == []
