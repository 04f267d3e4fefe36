"""Every word of the pages of placements, in both languages, and the fields of their forms."""

from collections.abc import Iterable, Sequence

from services.portal.pages.placements.schemas import BaseShown
from services.portal.shell.fields import FormField
from shared.problems import Language, Said

ID_TYPES = {
    "resident_id": Said("居民身份证", "Resident identity card"),
    "hmt_permit": Said("港澳台居民证件", "Permit of a Hong Kong, Macao or Taiwan resident"),
    "foreign_pr": Said("外国人永久居留身份证", "Foreign permanent resident card"),
    "passport": Said("护照", "Passport"),
}
A_DAY = Said("如 2019-07-01 或 2019年7月1日。", "Such as 2019-07-01.")
# Of each field: label, help, how it is shown, whether it is required.
FIELDS: dict[str, tuple[Said, Said, str, bool]] = {
    "subject.name": (Said("见习人员姓名", "Name"), Said("与证件一致。", "As on the document."), "text", True),
    "subject.id_type": (Said("证件类型", "Kind of document"), Said("", ""), "select", True),
    "subject.id_number": (
        Said("证件号码", "Number of the document"),
        Said("照证件填写；空格和全角字符会自动整理。", "As on the document; spaces and wide characters are mended."),
        "text",
        True,
    ),
    "base": (
        Said("见习基地", "Base"),
        Said("见习开始之日须已认定。", "Recognised by the day it begins."),
        "select",
        True,
    ),
    "started_on": (Said("开始日期", "Began on"), A_DAY, "date", True),
    "months": (
        Said("见习月数", "Months"),
        Said("3至12个月的整数。", "A whole number from 3 to 12."),
        "number",
        True,
    ),
    "first_day_counts": (
        Said("首日计入期限", "The first day is part of it"),
        Said("见习协议写明的才选“是”；没有写的按民法典不计入。", "Only where the agreement says so."),
        "select",
        False,
    ),
    "external_ref": (
        Said("本单位编号", "Your own reference"),
        Said("本单位台账中的编号；不要填证件号码。", "The number in your own files; no number of a document."),
        "text",
        False,
    ),
}  # fmt: skip
# What may be changed of a placement, one at a time.
CHANGES: dict[str, tuple[Said, Said, str, bool]] = {
    "finished_on": (Said("期满日期", "Finished on"), A_DAY, "date", True),
    "hired_on": (Said("留用日期", "Hired on"), A_DAY, "date", True),
    "left_on": (Said("中止日期", "Left on"), A_DAY, "date", True),
    "months": (Said("延长到几个月", "Months in all"), FIELDS["months"][1], "number", True),
}
OPEN_IN = {"active": ("finished_on", "left_on", "months"), "finished": ("hired_on",)}
BACK_IN = {"finished": "finished_on", "hired": "hired_on", "left": "left_on"}  # the day that is taken back
YES, NO = Said("是", "Yes"), Said("否", "No")


def entry_fields(bases: Iterable[BaseShown], language: Language) -> list[FormField]:
    """The form of a new placement."""
    options = {
        "subject.id_type": [(code, said.in_(language)) for code, said in ID_TYPES.items()],
        "base": [(str(each.id), each.subject.name) for each in bases if each.state in ("recognised", "suspended")],
        "first_day_counts": [("true", YES.in_(language)), ("false", NO.in_(language))],
    }
    return [_field(name, about, language, options.get(name, ())) for name, about in FIELDS.items()]


def change_fields(state: str, language: Language) -> list[FormField]:
    """What may be said next of a placement in this state, each with a form of its own."""
    return [_field(name, CHANGES[name], language) for name in OPEN_IN.get(state, ())]


def _field(
    name: str, about: tuple[Said, Said, str, bool], language: Language, options: Sequence[tuple[str, str]] = ()
) -> FormField:
    label, help_, kind, required = about
    return FormField(name, label.in_(language), help_.in_(language), kind, required, options)


WORDS: dict[str, Said] = {
    "title": Said("见习", "Placements"),
    "note": Said(
        "就业见习基地的见习人员：登记、期满、留用、中止。",
        "People at internship bases: entered, finished, hired, left.",
    ),
    "new": Said("登记见习", "Enter a placement"),
    "base": Said("见习基地", "Base"),
    "state": Said("状态", "State"),
    "all": Said("全部", "All"),
    "filter": Said("筛选", "Filter"),
    "placement_active": Said("在见习", "Under way"),
    "placement_finished": Said("期满", "Finished"),
    "placement_hired": Said("留用", "Hired"),
    "placement_left": Said("中止", "Left"),
    "name": Said("姓名", "Name"),
    "term": Said("期限", "Term"),
    "until": Said("{first}至{last}", "{first} to {last}"),
    "term_months": Said("{months}个月", "{months} months"),
    "none": Said("没有符合条件的见习", "No placement fits"),
    "none_next": Said("认定的基地才能登记见习人员。", "Only recognised bases take people in."),
    "older": Said("下一页", "Next page"),
    "retention": Said("留用率", "Retention"),
    "retention_of": Said("{year}年留用率", "Retention in {year}"),
    "retention_note": Said(
        "留用 ÷ 期满，按人计；不低于50%为达标；无人期满的显示“—”。",
        "Hired ÷ finished, by people; at least 50 % is attained; “—” where nobody has finished.",
    ),
    "started": Said("开始", "Began"),
    "active": Said("期末在见习", "Under way at the end"),
    "left": Said("中止", "Left"),
    "finished": Said("期满", "Finished"),
    "hired": Said("留用", "Hired"),
    "whole": Said("合计", "In all"),
    "attained": Said("达标", "attained"),
    "not_attained": Said("未达标", "not attained"),
    "year_before": Said("上一年", "The year before"),
    "year_after": Said("下一年", "The year after"),
    "new_title": Said("登记见习", "Enter a placement"),
    "entered": Said("已登记：{name}，期满日 {day}", "Entered: {name}, last day {day}"),
    "look": Said("查看或更正", "Look or correct"),
    "send": Said("登记", "Enter"),
    "cancel": Said("不办理，返回", "Go back without doing it"),
    "kept_banner": Said(
        "这是您登录过期前填写的内容，尚未提交，请核对后提交。",
        "This is what you typed before your sign-in ended. It was not sent: check it and send it.",
    ),
    "sent_before": Said(
        "这张表单已经提交过，内容与这次不同。要更正，请打开原来的见习；要另登记一人，请再次提交。",
        "This form was sent before, and otherwise. To correct that placement open it; to enter somebody else send this"
        " again.",
    ),
    "form_down": Said(
        "登记服务没有应答，内容保留在下面。请稍后再次提交；即使刚才已登记，也不会重复。",
        "The registry does not answer; what you typed is below. Send it again in a while: nothing is entered twice.",
    ),
    "one_title": Said("见习", "Placement"),
    "days": Said("日期", "Days"),
    "began": Said("开始", "Began on"),
    "last_day": Said("期满日", "Last day of the term"),
    "reference": Said("本单位编号", "Your own reference"),
    "next": Said("下一步", "What comes next"),
    "change_finished_on": Said("见习期满", "Finished"),
    "change_hired_on": Said("留用", "Hired"),
    "change_left_on": Said("中止见习", "Left early"),
    "change_months": Said("延长期限", "Extend the term"),
    "nothing_next": Said(
        "已留用或中止，没有下一步；填错的可以退回。", "It has ended; what was mistaken can be taken back."
    ),
    "take_back": Said("填错了：退回“{state}”", "A mistake: take “{state}” back"),
    "history": Said("办理记录", "History"),
    "history_line": Said("{by}，{when}", "{by}, {when}"),
    "all_placements": Said("全部见习", "All placements"),
    "done": Said("已办理。", "Done."),
}
