"""Registrations (人才登记): the list, the form of each programme, one registration with its history, what is decided.

Owns no rule: which fields a programme has, what may be done next and what it needs is what the registry says, and
whatever it refuses stands in its words at the field. People are masked as the registry masks them; clear values are
shown for a purpose, on one page, and never stand in an address. Who searches by a number sends it; no link holds it.
"""
