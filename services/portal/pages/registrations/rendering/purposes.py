"""For what clear values may be read (查阅目的), as a form asks it."""

from services.portal.shell.fields import FormField
from shared.problems import Language, Said

PURPOSES = {
    "review": Said("核对", "Review"),
    "objection": Said("异议", "Objection"),
    "audit": Said("审计", "Audit"),
    "sampling": Said("抽查", "Sample"),
    "correction": Said("更正", "Correction"),
    "court_request": Said("司法协助", "Request of a court"),
    "statistics_check": Said("统计核查", "Check of statistics"),
    "subject_request": Said("本人查询", "Request of the person"),
}
PURPOSE, WHY = Said("目的", "Purpose"), Said("事由", "What for")
WHY_HELP = Said("10至500字，不写个人信息。", "In 10 to 500 characters, naming nobody.")


def purpose_fields(language: Language) -> list[FormField]:
    """The purpose, from the list, and a sentence."""
    options = [(code, said.in_(language)) for code, said in PURPOSES.items()]
    return [
        FormField("purpose", PURPOSE.in_(language), "", "select", True, options),
        FormField("explanation", WHY.in_(language), WHY_HELP.in_(language), "text", True),
    ]
