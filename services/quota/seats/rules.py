"""Seats (名额) and their states; values in, decision out."""

from collections.abc import Sequence
from enum import StrEnum

from services.quota.counting.rules.books import Rise
from shared.contracts.registration import STANDING

HOLDS_FOR = 10 * 60_000  # milliseconds a place is held for whoever has not yet begun to recognise
HEARD_WITHIN = 30_000  # milliseconds after which the registry is asked what became of a recognition, again each time


class SeatState(StrEnum):
    """候补, 预留, 已用, 已释放, 已过期."""

    WAITING = "waiting"
    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"
    EXPIRED = "expired"


OPEN = (SeatState.WAITING, SeatState.HELD, SeatState.TAKEN)


def becomes(state: SeatState, registration_state: str, *, counts: bool) -> SeatState:
    """What a seat becomes when its registration is heard of; `counts` says whether its head stands behind the figure.

    A revoked registration leaves a held seat alone: it may be held for the recognition that restores it.
    """
    if counts:
        return SeatState.TAKEN
    if state == SeatState.TAKEN or registration_state in STANDING:
        return SeatState.RELEASED
    return state


def rose_aloud(rises: Sequence[Rise], needed: int) -> bool:
    """Whether it was news, and not history, that first brought a figure there; what did not rise is none."""
    return next((not each.quiet for each in rises if each.value >= needed), False)


def first_filled_and_exceeded(
    taken: int, places: int, generation: int, *, filled_in: int, exceeded_in: int
) -> tuple[bool, bool]:
    """Whether a cap is now filled and exceeded for the first time under this amount (generation)."""
    return taken >= places and filled_in < generation, taken > places and exceeded_in < generation
