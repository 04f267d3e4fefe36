"""What may be done next with registrations, and the fields that it asks for."""

from collections.abc import Iterable, Sequence

from services.portal.client.details import CodeAnswer
from services.portal.pages.registrations.schemas import (
    OneOfMany,
    OpenAction,
    RegistrationShown,
    UnitChoice,
    WorkflowAnswer,
)
from services.portal.shell.fields import FormField, Options
from shared.problems import Language, Said

# What an action may ask for: label, help, how it is shown.
ACTION_FIELDS: dict[str, tuple[Said, Said, str]] = {
    "reason": (
        Said("理由", "Reason"),
        Said(
            "一两句话说明，填报人会看到；不写个人信息。", "In a sentence or two, which the clerk will see; name nobody."
        ),
        "long",
    ),
    "decision_no": (
        Said("发文字号", "Document number"),
        Said("如 洪人社字〔2019〕12号。", "Such as 洪人社字〔2019〕12号."),
        "text",
    ),
    "decision_date": (
        Said("成文日期", "Date of the document"),
        Said("如 2019-07-01 或 2019年7月1日。", "Such as 2019-07-01."),
        "date",
    ),
    "effective_on": (
        Said("生效日期", "Effective on"),
        Said("公示为首日；如 2019-07-01 或 2019年7月1日。", "Of a notice its first day; such as 2019-07-01."),
        "date",
    ),
    "impact_assessment_ref": (
        Said("个人信息保护影响评估编号", "Impact assessment"),
        Said("公示前须完成评估，填写其编号。", "The number of the assessment, which comes before the notice."),
        "text",
    ),
    "exit_reason": (
        Said("退出原因", "Why it leaves"),
        Said("从清单中选择。", "Choose from the list."),
        "select",
    ),
    "to": (Said("转入单位", "To the unit"), Said("从该日起由它填报。", "It reports from that day on."), "select"),
}

BEYOND = "override_reason"
BEYOND_FIELD = (
    Said("突破理由", "Reason to go beyond the places"),
    Said(
        "名额已满而确须认定的，写明依据，如会议和文号；须由另一名经办人以同一理由办理。不写个人信息。",
        "Where it has to be recognised all the same: on what ground, as a meeting and its document. Another officer"
        " has to do the same for the same reason. Name nobody.",
    ),
)


def beyond_field(language: Language) -> FormField:
    """Why one goes beyond the places of a cap (突破名额), asked where there is no place, and of the second officer."""
    label, help_ = BEYOND_FIELD
    return FormField(BEYOND, label.in_(language), help_.in_(language), "long", True)


def open_actions(
    workflow: WorkflowAnswer, state: str, flow: str, revocation: str | None = None
) -> Sequence[OpenAction]:
    """What the visitor may do with a registration in this state, in the order of the workflow."""
    return [
        each
        for each in workflow.actions
        if state in each.sources and flow in each.workflows and (not each.statuses or revocation in each.statuses)
    ]


def may_amend(workflow: WorkflowAnswer, found: RegistrationShown) -> bool:
    """Whether the visitor may change what is registered (修改)."""
    return found.state in workflow.amendable and not found.restricted


# What takes an act back, where one does.
BACK = {"suspend": "resume", "object": "dismiss_objection", "exit": "readmit", "revoke": "overturn_revocation"}


def taken_back(workflow: WorkflowAnswer, code: str, done: Sequence[OneOfMany]) -> tuple[OpenAction, str] | None:
    """What takes an act on many back (撤销批量办理), and the state it leads from; None where nothing does."""
    if not done or not done[0].state:
        return None
    action = action_named(workflow, BACK.get(code, ""), done[0].state)
    return (action, done[0].state) if action else None


def action_named(workflow: WorkflowAnswer, code: str, state: str, flow: str | None = None) -> OpenAction | None:
    """The row of an action in this state; the first of its name where it is not open, so that the registry says why."""
    rows = [each for each in workflow.actions if each.code == code]
    fits = (each for each in rows if state in each.sources and (flow is None or flow in each.workflows))
    return next(fits, rows[0] if rows else None)


def action_fields(
    action: OpenAction, reasons: Iterable[CodeAnswer], units: Iterable[UnitChoice], language: Language
) -> list[FormField]:
    """What this action asks for; anything that we do not know yet is asked for by its own name."""
    zh = language == "zh"
    choices: dict[str, Options] = {
        "exit_reason": [(each.code, each.zh if zh else each.en) for each in reasons],
        "to": [(each.code, each.name_zh if zh else each.name_en) for each in units],
    }
    found = []
    for name in (*action.needs, *action.optional):
        label, help_, kind = ACTION_FIELDS.get(name, (Said(name, name), Said("", ""), "text"))
        required = name in action.needs
        own = choices.get(name, ()) if kind == "select" else ()
        found.append(FormField(name, label.in_(language), help_.in_(language), kind, required, own))
    return found
