"""Every word of the search, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("查找", "Search"),
    "what": Said("要找什么", "What to look for"),
    "help": Said("计划或单位名称、目标编号（如 T08）、登记编号、统一社会信用代码、岗位编号、文号、提醒中的文字。",
                 "The name of a programme or a unit, a quota (as T08), the number of a record, the code of an"
                 " organisation or a post, a document number, words of an alert."),
    "of_a_person": Said("证件号码和手机号码不能在这里查找：查找内容会留在网址、浏览历史和日志里。"
                        "请到“登记”页面的查询表单中填写，或用登记编号查找。",
                        "A person's number cannot be looked for here: it would stay in the address, the history and"
                        " logs. Please enter it in the form of the registrations page, or use the record's number."),
    "nothing": Said("没有找到您可以查看的内容", "Nothing was found that you may see"),
    "nothing_next": Said("请检查有无错字，或换一个更短的词。", "Please check the spelling, or try a shorter word."),
    "partial": Said("有服务暂时没有应答，结果可能不全，请稍后再试。",
                    "A service does not answer at present: this may not be all. Please try again in a while."),
    "programmes": Said("计划", "Programmes"),
    "quotas": Said("目标任务", "Quotas"),
    "units": Said("填报单位", "Reporting units"),
    "registrations": Said("登记", "Registrations"),
    "bulletins": Said("通报", "Bulletins"),
    "alerts": Said("提醒（最近 200 条中）", "Alerts (among the latest 200)"),
}  # fmt: skip
