"""How the pages of the calendar speak, what their form asks for, and the body it sends."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.portal.pages.calendar.schemas import AwaitedYear, ForeseenYear, ShownYear
from services.portal.shell.entries import FieldSpec, typed
from shared.days import written_day
from shared.problems import Language, Said

DAYS_HELP = Said("每行一天，例如 2026-10-01", "One day a line, as in 2026-10-01")

DECREE = (
    FieldSpec("document_no", Said("发文字号", "Document number"), required=True),
    FieldSpec("days_off", Said("调休放假的工作日", "Weekdays that are off"), DAYS_HELP, "long"),
    FieldSpec("days_worked", Said("调休上班的周末", "Weekend days that are worked"), DAYS_HELP, "long"),
)
APART = re.compile(r"[\s,，、;；]+")


def decree_body(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent to put a year into force; days as they were typed."""
    days = {name: [day for day in APART.split(form.get(name, "")) if day] for name in ("days_off", "days_worked")}
    return {"document_no": typed(form, "document_no") or "", **days}


def as_typed(year: ShownYear | AwaitedYear) -> dict[str, str]:
    """A year as the form has it."""
    days = {name: "\n".join(map(str, getattr(year, name))) for name in ("days_off", "days_worked")}
    return {"document_no": year.document_no or "", **days}


def year_rows(
    before: ShownYear, after: AwaitedYear | ForeseenYear, language: Language
) -> Sequence[tuple[str, str, str]]:
    """What is otherwise by a decree: its document, and the days that come or go."""
    comma = Said("、", ", ").in_(language)

    def written(days: Sequence[date], others: Sequence[date]) -> str:
        return comma.join(written_day(day, language) for day in sorted(set(days) - set(others)))

    labels = {each.name: each.label.in_(language) for each in DECREE}
    rows = [(labels["document_no"], before.document_no or "", after.document_no or "")]
    for name in ("days_off", "days_worked"):
        had, has = getattr(before, name), getattr(after, name)
        if set(had) != set(has):
            rows.append((labels[name], written(had, has), written(has, had)))
    return rows


WORDS: dict[str, Said] = {
    "title": Said("工作日历", "Working days"),
    "note": Said(
        "放假和调休安排；公示期限、摘要和静默时段都按此计算。由两人办理。",
        "Decreed days off and worked, by which notices, digests and quiet hours are reckoned. It takes two officers.",
    ),
    "year_of": Said("{year}年", "{year}"),
    "earlier": Said("上一年", "The year before"),
    "later": Said("下一年", "The year after"),
    "by_decree": Said("按文件 {document} 执行", "By decree {document}"),
    "by_package": Said("按系统自带的国务院放假安排执行，尚未录入文件", "As the software has it; no decree was entered"),
    "by_nothing": Said(
        "这一年还没有放假安排，不能公示；请在下方录入。",
        "This year is not loaded, so nothing can be put on notice; enter it below.",
    ),
    "days_off": Said("调休放假的工作日", "Weekdays that are off"),
    "days_worked": Said("调休上班的周末", "Weekend days that are worked"),
    "no_days": Said("无", "none"),
    "enter": Said("录入放假安排", "Enter a decree"),
    "preview": Said("查看影响", "See what it changes"),
    "preview_title": Said("提请执行这份放假安排？", "Ask for this decree?"),
    "moved": Said(
        "{count} 件正在公示的登记将改变期满日：", "{count} running {count:notice/notices} would end on another day:"
    ),
    "moved_one": Said("由 {before} 改为 {after}", "from {before} to {after}"),
    "record": Said("查看登记", "See the registration"),
    "ask": Said("提请执行", "Ask for it"),
    "two_needed": Said(
        "提请后由另一人核对文件并确认，方才生效。", "Another officer compares it with the document and confirms."
    ),
    "waits": Said("待第二人确认", "Awaits a second officer"),
    "waits_by": Said("{who} 于 {when} 提请", "asked for by {who} on {when}"),
    "waits_own": Said("由您提请，须由另一人确认。", "You asked for this; another officer confirms it."),
    "waits_other": Said(
        "请对照文件逐日核对；确认后即生效。", "Compare it with the document, day by day; once confirmed it is in force."
    ),
    "void": Said(
        "提请之后日历已有变化，本次提请作废，请重新提请。", "The year changed since; it has to be asked for anew."
    ),
    "confirm": Said("确认生效", "Confirm it"),
    "same": Said("与现行安排相同，没有变化。", "This is the calendar in force; nothing changes."),
}
