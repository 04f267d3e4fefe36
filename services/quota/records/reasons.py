"""Why a registration counts in a quota, or does not (计数说明): values in, a reason out."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.quota.heads.rules import NET_STATES, REVOKED, Seen, figure_of, head
from services.quota.quotas.rules import Measure, Scope
from shared.problems import Said


class Reason(StrEnum):
    """What decides; `counts` alone means that it stands behind the figure."""

    COUNTS = "counts"
    OTHER_PROGRAMME = "other_programme"
    OTHER_CLASS = "other_class"
    NOT_RECOGNISED = "not_recognised"
    OTHER_ROUND = "other_round"
    OUTSIDE_PERIOD = "outside_period"
    REVOKED = "revoked"
    YIELDS = "yields"
    SAME_SUBJECT = "same_subject"
    OTHER_UNIT = "other_unit"
    OTHER_PROGRAMME_COUNTS = "other_programme_counts"
    LEFT = "left"


SAID = {
    Reason.COUNTS: Said("计入该目标", "counts"),
    Reason.OTHER_PROGRAMME: Said("该计划的登记不计入此目标", "the quota does not count this programme"),
    Reason.OTHER_CLASS: Said("类别或等级不在此目标范围内", "its class or level is not one that the quota counts"),
    Reason.NOT_RECOGNISED: Said("未认定", "it is not recognised"),
    Reason.OTHER_ROUND: Said("属于另一届", "it belongs to another round"),
    Reason.OUTSIDE_PERIOD: Said("计入日期不在目标期间内", "the day it counts from lies outside the period"),
    Reason.REVOKED: Said("已撤销，自始不计", "it is revoked, and void from the beginning"),
    Reason.YIELDS: Said(
        "已让出归属，由同一对象的另一登记计入", "it yields its head to another registration of the subject"
    ),
    Reason.SAME_SUBJECT: Said(
        "同一对象只计一次，已由更早的登记计入", "its subject counts once, by an earlier registration"
    ),
    Reason.OTHER_UNIT: Said("人头归属另一填报单位", "the head is credited to another reporting unit"),
    Reason.OTHER_PROGRAMME_COUNTS: Said(
        "同一对象已在只计一次的另一计划中计入", "its subject counts once, and in another programme"
    ),
    Reason.LEFT: Said("已退出，不在库；此目标按在库数计", "it has left, and the quota counts what is in stock"),
}


class Why(NamedTuple):
    """The reason, and the registration that has the head if another of the same subject has it."""

    reason: Reason
    credited_to: UUID | None = None


def why(scope: Scope, measure: str, one: Seen, of_subject: Iterable[Seen]) -> Why:
    """Whether a registration counts in a quota, given all those of its subject, and the reason if it does not."""
    if (reason := _outside(scope, one)) is not None:
        return Why(reason)
    own = list(of_subject)
    everywhere = head(scope.anywhere(), own)
    if everywhere is None or one.state not in NET_STATES:
        return Why(Reason.REVOKED if one.state == REVOKED else Reason.NOT_RECOGNISED)
    if everywhere.registration_id != one.registration_id:
        return Why(Reason.YIELDS if one.yields else Reason.SAME_SUBJECT, everywhere.registration_id)
    if (here := head(scope, own)) is None:
        return Why(Reason.OTHER_UNIT)
    if not everywhere.net:
        return Why(Reason.OTHER_PROGRAMME_COUNTS)
    if measure == Measure.IN_STOCK and not everywhere.in_stock:
        return Why(Reason.LEFT)
    there = getattr(here, figure_of(measure))
    return Why(Reason.COUNTS if there else Reason.OTHER_UNIT)  # a unit that has the credit, or the stock, alone


def _outside(scope: Scope, one: Seen) -> Reason | None:
    if one.programme not in scope.programmes:
        return Reason.OTHER_PROGRAMME
    if any(one.classes.get(name) not in values for name, values in scope.where.items()):
        return Reason.OTHER_CLASS
    if one.counted_on is None:
        return Reason.NOT_RECOGNISED
    if scope.takes_in(one.programme, one.classes, one.counted_on):
        return None
    return Reason.OTHER_ROUND if scope.round is not None and one.classes.get("round") else Reason.OUTSIDE_PERIOD
