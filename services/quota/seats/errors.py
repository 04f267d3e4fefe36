"""Refusals of seats."""

from shared.problems import Refusal, Said


class CapFull(Refusal):
    """名额已满 · No place is left."""

    status, slug = 409, "quota-full"
    limit: Said | None = None  # what the cap is called


class NoCap(Refusal):
    """没有限额涉及此项登记，无须预留名额 · No cap concerns this registration; it needs no place."""

    status, slug = 409, "no-cap"


class BeingRecognised(Refusal):
    """正在办理认定，片刻后自会了结 · A recognition is under way; it settles by itself in a moment."""

    status, slug = 409, "being-recognised"


class SeatTaken(Refusal):
    """已认定，名额随登记撤销或退出而释放 · Recognised; the place is given back when the registration leaves."""

    status, slug = 409, "seat-taken"
