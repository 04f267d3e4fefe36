"""Verification (核对): figures kept twice held against one another, put right on record, or rebuilt (重建) anew.

Every layer is derived from the one before it: heads from registrations, the ledger from heads, sums and counters from
the ledger, milestones from counters. A repair (修正) puts right what does not agree; a rebuild fills a shadow (影子)
from the registry's facts, shows what would change, and swaps it in. Owns `adjustment` (what stood there before and
after, by whom, when, why), `rebuild` and `shadow`. Invariants: a repair is an operator's, has a reason and announces
nothing; the ledger's past stays, lines are only added; what the registry does not know is never taken away; a bulletin
is never changed, only reported as altered.
"""
