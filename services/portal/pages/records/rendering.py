"""The records behind a number as they are shown, and every word of their pages in both languages."""

from datetime import date
from typing import Any

from services.portal.pages.records.queries import RecordsPage
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values, names_of
from shared.problems import Language, Said

WORDS: dict[str, Said] = {
    "trail": Said("所在位置", "Where you are"),
    "overview": Said("总览", "Overview"),
    "title": Said("{name}：计入的登记", "{name}: the records that count"),
    "title_crossed": Said("{name}：达成{percent}%节点的登记", "{name}: the record that reached {percent}%"),
    "order": Said("按计数先后排列，序号在全市统一编排。", "In counting order; places are counted over the whole city."),
    "masked": Said("姓名和证件号码由登记服务脱敏。", "Names and numbers are masked by the registry."),
    "not_masked": Said("您的角色只看到登记编号。", "Your role sees the numbers of the records alone."),
    "place": Said("序号", "Place"),
    "subject": Said("对象", "Subject"),
    "id_number": Said("证件号码", "Number"),
    "unit": Said("填报单位", "Reporting unit"),
    "counted_on": Said("计数日期", "Counts from"),
    "decision": Said("认定文件", "Decision"),
    "record": Said("登记编号", "Registration"),
    "none_counts": Said("没有您可以查看的登记", "There is no record that you may see"),
    "none_counts_next": Said("还没有计入的登记，或者它们属于其他单位。", "None counts yet, or they belong to others."),
    "more": Said("后面的登记", "The following records"),
    "back": Said("回到开头", "Back to the first"),
    "back_to": Said("回到{name}", "Back to {name}"),
}


def shown(
    page: RecordsPage, language: Language, chosen: date | None, today: date, mistake: Mistake | None
) -> dict[str, Any]:
    """The values of `page.html`; `chosen` is the day that was asked for, None for today."""
    names, quota = names_of(page.programmes, page.units), page.quota
    wording = Said(quota.wording_zh, quota.wording_en)
    return {
        **figure_values(language, names),
        "page": page,
        "name": names.get(quota.programme, wording).in_(language),
        "day": shown_day(chosen, today, mistake, [quota.period.start]),
    }
