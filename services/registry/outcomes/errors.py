from shared.problems import Refusal


class NotRecognised(Refusal):
    """该登记未认定或已撤销，不能记录认定后情况 · It is not recognised, or is revoked; nothing follows from it."""

    status, slug = 409, "not-recognised"


class ContradictsRecorded(Refusal):
    """与已记录的情况不符，请先更正或撤回原记录 · It contradicts what is recorded; correct or withdraw that first."""

    status, slug = 409, "contradicts-recorded"


class HoldsAnotherPost(Refusal):
    """该人员同期已在另一岗位，请核对 · The person holds another post at that time; check it."""

    status, slug = 409, "holds-another-post"


class AlreadyWithdrawn(Refusal):
    """该记录已撤回或已更正 · It was withdrawn or corrected already."""

    status, slug = 409, "already-withdrawn"


class AlreadyPlaced(Refusal):
    """该人员同期已有见习记录，一人同一时间只能有一段见习 · The person is in another placement at that time."""

    status, slug = 409, "already-placed"
