"""Counting (计数): who counts now against which quota, the ledger (台账) behind every figure, and milestones (节点).

A head (人头) is one subject in one quota, however many registrations it has, credited to the earliest that counts;
`rules.heads` derives it from the newest versions of the subject's registrations and from nothing else. Owns
`registration_seen` (as last heard of), `membership` (heads now), `ledger` (what changed, on which date, known since
when), `headcount` (counters), `headcount_sum` (合计, the ledger added up by day and month of both clocks), `milestone`
and `crossing` (a percentage of the amount, where it stands and what was announced of it). Gross (累计) is ever
recognised, net (净累计) without the revoked, in stock (在库) without those who left. Invariants: a counter is the sum
of its ledger; the ledger is only added to; an older version of a registration changes nothing; order, repetition and
batching of events never matter; a milestone is announced as held once an episode, and falls back aloud only if it was
announced.
"""
