from shared.problems import Fault, Refusal, Said


class AlreadyRegistered(Refusal):
    """该对象在此计划中已有有效登记 · This subject has an active registration in this programme already."""

    status, slug = 409, "already-registered"


class ProgrammesExclude(Refusal):
    """该对象已在与此计划互斥的计划中登记 · This subject is registered in a programme that excludes this one."""

    status, slug = 409, "programmes-exclude"


class TitledBefore(Refusal):
    """该对象已获此称号，称号一人只授一次 · The subject had this title before; it is given once."""

    status, slug = 409, "titled-before"


class NotAmendable(Refusal):
    """只能修改草稿和退回的登记（公示中的由人才办） · Only drafts and what was returned; on notice, by the bureau."""

    status, slug = 409, "not-amendable"


class QuotaFull(Refusal):
    """名额已满 · No place is left."""

    status, slug = 409, "quota-full"


class PlaceLapsed(Refusal):
    """预留的名额已作废，请再办一次 · The place that was held has lapsed; please try again."""

    status, slug = 409, "seat-lapsed"


class PlacesUnknown(Refusal):
    """暂时无法核定名额，未作任何改动，请稍后再试 · Places cannot be asked for now; nothing was changed. Try again."""

    status, slug = 503, "seats-unavailable"


def institution_unknown(pointer: str) -> Fault:
    """Nobody, or not one that the caller may name."""
    said = Said("没有这个单位，或不是您所在的单位", "There is no such institution, or it is not yours")
    return Fault(pointer, "institution_unknown", said)
