"""Every word of the pages of suspected duplicates, in both languages, and the fields of a decision."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from services.portal.pages.duplicates.rules import HeadChange
from services.portal.shell.fields import FormField
from shared.days import written_day
from shared.problems import Language, Said

LABELS: dict[str, Said] = {
    "decision": Said("结论", "Decision"),
    "credit_to": Said("归属", "Credit"),
    "reason": Said("依据", "Grounds"),
}
HELP: dict[str, Said] = {
    "credit_to": Said(
        "两条登记都计数的，只留一条计数；不选则归最早计数的一条。",
        "Where both count only one goes on to; the earliest one, unless you choose.",
    ),
    "reason": Said("一两句话写明核对了什么，不写个人信息。", "In a sentence or two what was checked; name nobody."),
}
DECISIONS = {"same": Said("是同一人，合并", "One person: merge"), "different": Said("不是同一人", "Two people")}
EARLIEST = Said("归最早计数的登记", "The earliest that counts")
ONE_CREDIT = Said("{programme} · {unit} · 计数日期 {day}", "{programme} · {unit} · counts from {day}")

NameOf = Callable[[str], str]


def decision_fields(
    changes: Sequence[HeadChange], names: Mapping[str, NameOf], language: Language
) -> Sequence[FormField]:
    """What a decision states; the credit only where there is one to give."""

    def field(name: str, kind: str, options: Sequence[tuple[str, str]] = (), *, required: bool = True) -> FormField:
        help_ = HELP[name].in_(language) if name in HELP else ""
        return FormField(name, LABELS[name].in_(language), help_, kind, required, options)

    credits = [
        (str(each.id), ONE_CREDIT.in_(language).format(programme=names["programme_name"](each.programme),
         unit=names["unit_name"](each.reporting_unit), day=written_day(each.counted_on, language)))
        for change in changes
        for each in (change.credit, *change.others)
        if each.counted_on
    ]  # fmt: skip
    chosen = [("", EARLIEST.in_(language)), *credits]
    return [
        field("decision", "radios", [(code, said.in_(language)) for code, said in DECISIONS.items()]),
        *([field("credit_to", "radios", chosen, required=False)] if credits else []),
        field("reason", "long"),
    ]


def institution_name(names: Mapping[UUID, str]) -> Callable[[UUID], str]:
    """A function that gives an institution its name."""
    return lambda institution_id: names.get(institution_id, "—")


WORDS: dict[str, Said] = {
    "title": Said("疑似重复", "Suspected duplicates"),
    "note": Said(
        "两条记录可能是同一人：并列核对，作出结论；结论可以撤销。",
        "Two records may be one person: compare them and decide. A decision can be taken back.",
    ),
    "note_own": Said(
        "人才办正在核对下列登记是否与其他登记属于同一人，您无须办理。",
        "The bureau looks into whether these registrations are of somebody registered elsewhere. You need do nothing.",
    ),
    "tabs": Said("按状态查看", "By state"),
    "case_open": Said("待核对", "To be decided"),
    "case_same": Said("同一人", "One person"),
    "case_different": Said("不是同一人", "Two people"),
    "none_open": Said("没有待核对的疑似重复", "No suspected duplicate waits"),
    "none_open_next": Said(
        "系统每天比对新登记，发现后列在这里。", "New registrations are compared every day; what is found stands here."
    ),
    "column_case": Said("疑点", "What matched"),
    "column_state": Said("状态", "State"),
    "column_found": Said("发现时间", "Found"),
    "column_registrations": Said("本单位的登记", "Your registrations"),
    "compare": Said("并列核对", "Compare"),
    "older": Said("下一页", "Next page"),
    "case_title": Said("并列核对", "Side by side"),
    "all_cases": Said("全部疑似重复", "All suspected duplicates"),
    "decided_same": Said("已认定为同一人。", "Decided: one person."),
    "decided_different": Said("已认定不是同一人。", "Decided: two people."),
    "decided_open": Said("结论已撤销，重新待核对。", "The decision was taken back; the case is open again."),
    "look_back": Said("查看或撤销", "Look or take back"),
    "is_next": Said("下面是下一件。", "Here is the next one."),
    "sides": Said("两条记录", "The two records"),
    "masked": Said(
        "掩码显示，标“不同”的是显示出来就不一样的；完全相同的掩码也可能是不同的号码。",
        "Masked. What is marked differs as shown; the same mask may still hide different numbers.",
    ),
    "item": Said("项目", "Item"),
    "side_one": Said("记录甲", "First record"),
    "side_two": Said("记录乙", "Second record"),
    "name": Said("姓名", "Name"),
    "birth": Said("出生", "Born"),
    "documents": Said("证件", "Documents"),
    "registrations": Said("登记", "Registrations"),
    "differs": Said("不同", "differs"),
    "replaced": Said("已更正", "corrected since"),
    "counts_from": Said("计数日期 {day}", "counts from {day}"),
    "counts_not": Said("不计数", "does not count"),
    "yields": Said("归属已让出", "the credit is another's"),
    "filing": Said("另一单位的申报（未予受理）", "What another institution filed (refused)"),
    "filed": Said("{when} 申报", "filed {when}"),
    "effect": Said("认定为同一人，对计数的影响", "What one person would mean for counts"),
    "effect_line": Said("{programme}：{before}人 → {after}人", "{programme}: {before} people → {after}"),
    "effect_unit": Said("{units}减少1人，除非归属改选", "{units}: one less, unless you give it the credit"),
    "effect_same_unit": Said("归属同一填报单位，该单位减少1人", "Both are of one unit, which counts one less"),
    "effect_none": Said("没有一个计划把两者各计一次，计数不变。", "No programme counts both: no figure changes."),
    "effect_note": Said(
        "节点达成日期可能随之更正；认定不是同一人则一切照旧。",
        "The day on which a milestone was reached may change too. Two people leave everything as it is.",
    ),
    "decide": Said("作出结论", "Decide"),
    "send": Said("确认结论，看下一件", "Decide and go on"),
    "history": Said("办理记录", "History"),
    "history_line": Said("{by}，{when}", "{by}, {when}"),
    "did_report": Said("提出疑似重复", "reported"),
    "did_same": Said("认定为同一人", "decided: one person"),
    "did_different": Said("认定不是同一人", "decided: two people"),
    "did_undo": Said("撤销结论", "decision taken back"),
    "undo": Said("撤销结论", "Take the decision back"),
    "undo_note": Said(
        "撤销后计数恢复到结论之前，案件重新待核对。",
        "Counts are as before the decision, and the case is open again.",
    ),
    "label_reason": Said("撤销的理由", "Why it is taken back"),
    "not_yours": Said("您可以查看，不能作出结论。", "You may look, but not decide."),
}
