"""The names of what has a code, as templates look them up."""

from collections.abc import Callable, Mapping

from services.portal.client.details import ProgrammeForm, in_language
from services.portal.client.names import ID_TYPES
from services.portal.pages.registrations.queries import Known
from shared.actions import ACTION_NAMES
from shared.problems import Language, Said

SYSTEM = Said("系统", "the system")
ROLES = {
    "institution_clerk": Said("单位经办人", "clerk"),
    "institution_reviewer": Said("单位审核人", "reviewer"),
    "district_officer": Said("县区经办人", "district officer"),
    "bureau_officer": Said("市局经办人", "bureau officer"),
    "system": SYSTEM,
}
# What stands in a history beside the actions of the workflow.
ENTERED = {
    "draft": Said("登记草稿", "entered as a draft"),
    "amend": Said("修改", "amended"),
    "wait_for_seat": Said("候补名额", "waits for a place"),
    "expire": Said("期满", "expired"),
    "settle_revocation": Said("撤销生效", "revocation final"),
    "reckon_notice": Said("重算公示期", "notice reckoned anew"),
    "record_fact": Said("记录认定后情况", "recorded what followed"),
    "withdraw_fact": Said("撤回认定后情况", "withdrew what was recorded"),
    "merge": Said("认定为同一人", "found to be one person"),
    "unmerge": Said("撤销同一人认定", "no longer one person"),
    "succeed": Said("名称承继", "title went to a successor"),
    "unsucceed": Said("撤销名称承继", "title came back"),
    "rezone": Said("区划调整", "boundary moved"),
    "correct_person": Said("个人信息更正", "person corrected"),
    "restrict": Said("限制处理", "restricted"),
    "lift": Said("解除限制", "restriction lifted"),
    "erase": Said("个人信息删除", "person erased"),
    "undo_import": Said("撤回导入", "import undone"),
}


def names(known: Known, language: Language) -> dict[str, Callable[[str], str]]:
    """Functions that give a state, an action, a programme, a unit and a role their name; a code that has none stays."""

    def named(codes: Mapping[str, str]) -> Callable[[str], str]:
        return lambda code: codes.get(code, code)

    units = {code: each.name_zh if language == "zh" else each.name_en for code, each in known.units.items()}
    programmes = {code: programme_name(each, language) for code, each in known.programmes.items()}
    acts = {code: said.in_(language) for code, said in {**ACTION_NAMES, **ENTERED}.items()}
    acts |= {each.code: in_language(each, language) for each in known.workflow.actions}
    return {
        "state_name": named({each.code: in_language(each, language) for each in known.workflow.states}),
        "action_name": named(acts),
        "unit_name": named(units),
        "programme_name": named(programmes),
        "role_name": named({code: said.in_(language) for code, said in ROLES.items()}),
        "document_name": named({code: said.in_(language) for code, said in ID_TYPES.items()}),
    }


def programme_name(programme: ProgrammeForm, language: Language) -> str:
    """A programme's name."""
    return programme.name_zh if language == "zh" else programme.name_en


def who(named: str, login: str, role: str, institution: str | None) -> str:
    """Who did something: a person by name; of an institution's own system, which has none, the institution."""
    return institution if institution and named == login and role.startswith("institution_") else named
