"""Several cities as they are shown, and every word of their page in both languages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.portal.client.cities import JoinedCity
from services.portal.pages.cities.queries import Answered
from services.portal.pages.cities.rules import added_up
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values, names_of
from shared.problems import Language, Said

WORDS: dict[str, Said] = {
    "title": Said("各市汇总", "Cities"),
    "goals": Said("各项目标", "Goals"),
    "note": Said("各市自己的数字及其合计。同一项目标按计划、编号和期限对应；各项目标不可相加，同一人可计入多项。",
                 "Each city's own figures and their sum. Goals are the same where programme, code and period are. "
                 "Different goals are never added up: one person may count in several."),
    "goal": Said("目标", "Goal"),
    "together": Said("合计", "Together"),
    "completion": Said("完成率", "Completion"),
    "silent": Said("没有应答，未计入合计：{cities}", "No answer, and not in the sums: {cities}"),
    "silent_next": Said("数据没有丢失，请稍后刷新本页；一直如此时，请查看该市发给本门户的凭据是否仍然有效。",
                        "Nothing is lost: load the page again in a while. Where it stays so, "
                        "see whether the client that the city issued for this portal still holds."),
    "no_goals": Said("这一天还没有任何目标的期限开始", "No goal's period has begun by this day"),
    "own_portal": Said("打开该市的门户", "Open this city's portal"),
    "in_period": Said("{programme}（{period}）", "{programme} ({period})"),
    "of_amount": Said("{value}／{amount}", "{value} of {amount}"),
}  # fmt: skip


def all_cities(
    joined: Mapping[str, JoinedCity],
    answers: Mapping[str, Answered],
    language: Language,
    chosen: date | None,
    today: date,
    mistake: Mistake | None,
) -> dict[str, Any]:
    """The values of `list.html`; `chosen` is the day that was asked for, None for today."""
    figures = {code: each.progress for code, each in answers.items() if each.progress is not None}
    silent = [joined[code].name.in_(language) for code in joined if code not in figures]
    last_first = reversed(list(answers.values()))  # what the first city calls a programme stands
    names = names_of(*(each.programmes for each in last_first))
    starts = [each.period.start for progress in figures.values() for each in progress]
    return dict(figure_values(language, names)) | {
        "joined": joined,
        "name": lambda code: joined[code].name.in_(language),
        "silent": silent,
        "figures": figures,
        "goals": added_up(figures),
        "day": shown_day(chosen, today, mistake, starts),
    }
