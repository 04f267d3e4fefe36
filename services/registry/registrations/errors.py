from services.registry.subjects.rules.organisations import Uscc, read_uscc
from shared.fields import is_of_somebody
from shared.problems import Fault, Refusal, Said


class AlreadyRegistered(Refusal):
    """该人员（单位、岗位）已在本计划登记，不得重复登记 · It is registered in this programme already."""

    status, slug = 409, "already-registered"


class ProgrammesExclude(Refusal):
    """该人员（单位、岗位）已在与本计划互斥的计划中登记 · It is registered in a programme that excludes this one."""

    status, slug = 409, "programmes-exclude"


class TitledBefore(Refusal):
    """该人员（单位、岗位）已获此称号，称号只授一次 · The title was given here before; it is given once."""

    status, slug = 409, "titled-before"


class NotAmendable(Refusal):
    """仅草稿和被退回的登记可修改；公示期间由人才办修改 · Only drafts and what was returned; on notice, the bureau."""

    status, slug = 409, "not-amendable"


class QuotaFull(Refusal):
    """名额已满 · No place is left."""

    status, slug = 409, "quota-full"
    limit = Said("该限额", "this limit")  # what the limit is called, where quota says so


class PlaceLapsed(Refusal):
    """预留的名额已作废，请再办一次 · The place that was held has lapsed; please try again."""

    status, slug = 409, "seat-lapsed"


class PlacesUnknown(Refusal):
    """暂时无法核定名额，未作任何改动，请稍后再试 · Places cannot be asked for now; nothing was changed. Try again."""

    status, slug = 503, "seats-unavailable"


def number_in_address(q: str) -> Fault | None:
    """A person's number is sent, and stands in no address, which logs and proxies keep; a credit code may."""
    if not is_of_somebody(q) or isinstance(read_uscc(q), Uscc):
        return None
    said = Said(
        "证件号码不得写在地址中，请在人才登记的查找框中填写",
        "a document number may stand in no address; type it into the search of registrations",
    )
    return Fault("/q", "personal_number", said)


def institution_unknown(pointer: str) -> Fault:
    """Nobody, or not one that the caller may name."""
    said = Said("没有这个单位，或不是您所在的单位", "There is no such institution, or it is not yours")
    return Fault(pointer, "institution_unknown", said)
