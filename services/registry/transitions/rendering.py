"""The list for publication as it is printed or put on a website."""

from typing import Literal

from jinja2 import Environment
from markupsafe import Markup

from services.registry.transitions.schemas.notices import NoticeRead
from shared import printed_pages
from shared.cells import plain_cell
from shared.days import written_day

Form = Literal["json", "html", "txt"]

_STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { font-family: FangSong, STFangsong, "Noto Serif CJK SC", serif; font-size: 16pt }
body { max-width: 156mm; margin: 2em auto }
h1 { font-size: 22pt; text-align: center }
p { text-indent: 2em; line-height: 1.75 }
table { border-collapse: collapse; width: 100%; font-size: 12pt }
th, td { border: 1px solid; padding: .3em .5em; text-align: left }
thead { display: table-header-group }
tr { break-inside: avoid }
.signed { text-align: right; text-indent: 0 }
.draft { text-align: center; text-indent: 0; border: 2px solid }
"""

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
{% if notice.draft %}<p class="draft">待第二人复核发布，不得对外</p>
{% endif %}<h1>{{ title }}</h1>
<p>{{ lead }}</p>
<table>
<thead><tr><th>序号</th><th>姓名（名称）</th><th>申报单位</th><th>填报单位</th></tr></thead>
<tbody>
{% for each in notice.entries %}<tr><td>{{ loop.index }}</td><td>{{ each.name }}</td><td>{{ each.institution }}</td>\
<td>{{ each.reporting_unit }}</td></tr>
{% endfor %}</tbody>
</table>
<p class="signed">{{ notice.issuer }}<br>{{ day }}</p>
</body>
</html>
"""
_TEMPLATE = Environment(autoescape=True).from_string(_PAGE)


def as_page(notice: NoticeRead) -> str:
    """A page to print: title, period, the list, who issues it and the date of the notice (落款)."""
    text = {"title": _title(notice), "lead": _lead(notice), "day": written_day(notice.first_day)}
    return _TEMPLATE.render(notice=notice, style=Markup(_STYLE), **text)  # noqa: S704  # our own


def content_security_policy() -> str:
    """What the page may load."""
    return printed_pages.content_security_policy(_STYLE)


def as_text(notice: NoticeRead) -> str:
    """Lines of tab-separated columns, with the title above and the period below; no cell is a formula."""
    lines = ["序号\t姓名（名称）\t申报单位\t填报单位"]
    for n, each in enumerate(notice.entries, 1):
        lines.append("\t".join(map(plain_cell, (str(n), each.name, each.institution, each.reporting_unit))))
    ends = [_lead(notice), notice.issuer, written_day(notice.first_day)]
    head = ["待第二人复核发布，不得对外"] if notice.draft else []
    return "\n".join([*head, plain_cell(_title(notice)), *lines, *map(plain_cell, ends)]) + "\n"


def _title(notice: NoticeRead) -> str:
    kind = "补充公示" if all(each.supplementary for each in notice.entries) else "公示"
    return f"{notice.programme_zh}拟认定名单{kind}"


def _lead(notice: NoticeRead) -> str:
    until = f"至{written_day(notice.last_day)}" if notice.last_day else ""
    return (
        f"公示时间：{written_day(notice.first_day)}{until}（{notice.working_days}个工作日，起始日不计入）。"
        "公示期内如有异议，请以书面形式署名反映。"
    )
