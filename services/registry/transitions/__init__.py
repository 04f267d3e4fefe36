"""Transitions (办理): what leads a registration from one state to another, and what follows once it is recognised.

The workflows are a table (`rules/workflow.py`): which action leads from which state where, who may, what it needs. A
transition is decided on by that table, the days it names, four eyes (不得自审) and, where places are limited, a place
that quota holds; publishing, revoking and an override (突破名额) await a second officer who requests the same
(双人复核), of the registration as the first one saw it. Each transition makes the next version of its registration,
with one history entry; the event of its action announces it (`rules/announcements.py`), and an operator may announce
again what registrations count as. A registration keeps the workflow it began with, whatever becomes of its programme.

Public notices (公示) run by the working-day calendar: lists for publication, decrees that change the calendar, and the
notices that end on another day by them. Deadlines (到期) are the registry's own doing: terms expire, revocations become
final once they can no longer be contested. Aftercare (后续管理) keeps what assessments and retention checks found, and
says what is due.

Invariants: a registration changes only under its lock; whoever wrote it does not endorse it; nobody is recognised while
the notice runs, nor without a place where places are limited; what is void (撤销) is restated, what left stays counted.
"""
