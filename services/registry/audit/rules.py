"""For what clear values may be read (查阅目的): one of a list, with a sentence that says why. Pure."""

from collections.abc import Mapping

from shared.problems import Fault, Said

PURPOSES: Mapping[str, Said] = {
    "review": Said("核对", "review"),
    "objection": Said("异议", "objection"),
    "audit": Said("审计", "audit"),
    "sampling": Said("抽查", "sample"),
    "correction": Said("更正", "correction"),
    "court_request": Said("司法协助", "court request"),
    "statistics_check": Said("统计核查", "statistics check"),
    "subject_request": Said("本人查询", "request of the person"),
}
FEWEST = 4  # characters of a purpose that is stated in one text


def purpose_faults(purpose: str, explanation: str | None) -> list[Fault]:
    """Why clear values are not shown for that: no purpose of the list, or one without a word of explanation.

    `purpose` is a code of the list, explained in `explanation`; or one text that names a purpose of the list and says
    what for.
    """
    if purpose not in PURPOSES and not _names_one(purpose):
        return [UNKNOWN]
    if explanation is None and (purpose in PURPOSES or len(purpose) < FEWEST):
        return [EXPLAIN]
    return []


def stated_purpose(purpose: str, explanation: str | None) -> str:
    """What the trail keeps of it."""
    return f"{purpose}: {explanation}"[:500] if explanation else purpose


def _names_one(text: str) -> bool:
    lowered = text.casefold()
    return any(said.zh in text or said.en in lowered or code in lowered for code, said in PURPOSES.items())


UNKNOWN = Fault(
    "/purpose",
    "purpose_unknown",
    Said(
        f"查阅目的须为下列之一，并说明事由：{'、'.join(said.zh for said in PURPOSES.values())}",
        f"has to be one of these, with what for: {', '.join(PURPOSES)}",
    ),
)
EXPLAIN = Fault(
    "/explanation",
    "needed",
    Said("请用10至500字说明查阅事由，不写个人信息", "say in 10 to 500 characters what for, without naming anybody"),
)
ONE_PROGRAMME = Fault(
    "/programme",
    "needed",
    Said("含明文的导出须限定一个计划", "has to be named where clear values are exported: one programme at a time"),
)
