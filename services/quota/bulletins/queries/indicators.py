"""The document's other figures in an edition, and what an annual report cannot say for want of them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from services.quota.bulletins.rules import EditionTerm
from services.quota.bulletins.schemas import IndicatorLine, QuotaLine, Text
from services.quota.indicators import queries
from services.quota.indicators.rules.figures import written
from services.quota.indicators.rules.judging import is_yearly, judge


def indicator_lines(session: Session, on: date) -> list[IndicatorLine]:
    """Every indicator (指标) with the newest value up to a day, by code and horizon; values are decimals as text, null
    where nobody reported.
    """
    values = queries.newest(session)
    lines = []
    for row in queries.every(session):
        requirement, found = row.requirement, judge(row.requirement, values.get(row.id, {}), on)
        lines.append(
            IndicatorLine(
                code=row.code,
                name=Text(zh=requirement.name_zh, en=requirement.name_en),
                wording=Text(zh=requirement.wording_zh, en=requirement.wording_en),
                unit=Text(zh=requirement.unit_zh, en=requirement.unit_en),
                horizon=row.horizon,
                value=None if found.value is None else written(found.value),
                as_of=found.as_of,
                version=found.version,
                year_before=None if found.year_before is None else written(found.year_before),
                year_on_year_percent=found.year_on_year_percent,
                year_on_year_points=found.year_on_year_points,
                completion_percent=found.completion_percent,
                expected_percent=found.expected_percent,
                status=found.status,
                clause=requirement.clause,
                yearly=is_yearly(requirement),
                source=found.source,
                source_document_no=found.source_document_no,
            )
        )
    return lines


def missing(indicators: Sequence[IndicatorLine], city: Sequence[QuotaLine], term: EditionTerm) -> list[Text]:
    """What a yearly report lacks: values of the year, years to compare with, periods without an end; a
    sentence each.
    """
    found = []
    for line in indicators:
        by = (f"（{line.horizon}年）", f" (by {line.horizon})") if line.horizon else ("", "")
        name = Text(zh=line.name.zh + by[0], en=line.name.en + by[1])
        if line.as_of is None or line.as_of < term.start:
            found.append(
                Text(
                    zh=f"{name.zh}：未报送{term.start.year}年数据",
                    en=f"{name.en}: no report for {term.start.year}",
                )
            )
        elif line.status is None:
            found.append(Text(zh=f"{name.zh}：无上年数据可比", en=f"{name.en}: no year before to compare with"))
    for each in city:
        if each.amount and each.expected_percent is None:
            found.append(
                Text(
                    zh=f"{each.name.zh}：目标未定期限，不计序时进度",
                    en=f"{each.name.en}: no end of period, so no pace",
                )
            )
    return found
