"""Seats (名额): places under a cap, asked for before anybody is recognised into it."""
