from datetime import date

from shared.days import written_day
from shared.problems import Refusal, Said


class AlreadyAdmitted(Refusal):
    """已有单位使用此统一社会信用代码 · An institution with this unified social credit code was admitted before."""

    status, slug = 409, "already-admitted"


class InstitutionBarred(Refusal):
    """该单位被暂停申报资格 · The institution may not submit for now."""

    status, slug = 409, "institution-barred"

    def __init__(self, until: date) -> None:
        said = Said(
            f"该单位被暂停申报资格至{written_day(until)}（含当日），其后方可提交；草稿可以保存",
            f"The institution may not submit until the end of {until}; drafts can be kept",
        )
        super().__init__(detail=said, barred_until=until.isoformat())


class AlreadyLifted(Refusal):
    """该暂停已经解除 · This bar was lifted before."""

    status, slug = 409, "already-lifted"
