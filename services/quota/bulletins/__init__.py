"""Bulletins (通报): editions drawn up from the figures of one moment, published, frozen, and read in every format.

An edition (期) is everything a bulletin of a month or a year says; a restatement (更正、补报) is a figure of the
edition before that is another now, with its causes. Owns `bulletin`: canonical JSON, its SHA-256, and the last line of
the ledger that it knew. Page, workbook and chat text are made from that content. Invariants: a published bulletin never
changes (a trigger sees to it); nothing falls between two editions; what was never reported shows as —, never as zero;
units are ranked by quotas of their own, equals share a place.
"""
