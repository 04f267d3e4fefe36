"""Seats (名额): places under a cap, asked for before anybody is recognised into it.

A cap (限额) is a quota that limits: of kind cap, or worded 左右; its places are the amount and what its tolerance
covers. Owns `cap` (places, held, taken), `seat` (waiting → held → taken → released; a hold ends as released or expired)
and `seat_under` (which caps a seat is under). A hold by hand runs out after ten minutes by the database's clock; one
claimed for a recognition under way is ended by the registry's word alone, which the sweeper asks for. Invariants: taken
is the quota's figure, written whenever it moves; a place is given by one guarded statement under a CHECK, so that held
and taken together never pass the places without an override; city and unit are filled together or not at all; caps are
locked in the order of their ids; nobody moves up from the waiting list by himself.
"""
