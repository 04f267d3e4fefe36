"""Registrations (登记): one subject in one programme, with a state.

What a partner or an officer states is read, its subject identified, admitted beside what stands, and entered
(`commands.registering`). A draft may be amended (`amending`) and anything tried without being kept (`checking`). A
registration remembers under which record it was made (`record_ref`) and whom that stands for (`subject_ref`), since two
people may be found to be one. What it counts as travels in events (`queries.fact`): its full counting state, nothing
personal. Whom a limit (限额) covers needs a seat: `clients` asks quota for it, before an officer recognises, or after
a submission that recognises itself was entered (`commands.seats`, `commands.settling`); `workers` ask again.

Invariants: one subject has at most one active registration in a programme; a version is never written twice; its
history (办理记录) is only ever added to; every query of registrations carries the caller's `scope`.
"""
